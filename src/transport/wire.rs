//! Reads an HTTP/1.1 answer from a stream (RFC 9112), within limits.

use std::io;

use bytes::{Buf as _, BytesMut};
use httparse::{EMPTY_HEADER, Status};
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::body::Growing;
use super::failure::{broken_body, protocol, too_many_headers};
use crate::http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, TransportError,
};

/// Bytes of a head.
const HEAD_BYTES: usize = 256 << 10;
/// Bytes of the line in front of a chunk, extensions included.
const CHUNK_LINE: usize = 4 << 10;
/// How much is read at once.
const PIECE: usize = 16 << 10;

/// How the length of a body is told (RFC 9112, section 6.3).
enum Framing {
    None,
    Length(u64),
    Chunked,
    UntilClose,
}

/// An answer on its way.
pub(super) struct Wire<S> {
    stream: S,
    buffer: BytesMut,
    headers: usize,
    body: usize,
}

impl<S: AsyncRead + Unpin> Wire<S> {
    pub(super) fn new(stream: S, headers: usize, body: usize) -> Self {
        Self {
            stream,
            buffer: BytesMut::with_capacity(PIECE),
            headers,
            body,
        }
    }

    /// The final answer to a request with this method. `unwritten` tells why the request
    /// could not be sent completely, which explains a missing answer.
    pub(super) async fn answer(
        &mut self,
        method: &Method,
        unwritten: Option<io::Error>,
    ) -> Result<Response, TransportError> {
        let (status, headers) = loop {
            let (status, headers) = self.head(unwritten.as_ref()).await?;
            // 1xx are interim (RFC 9110, section 15.2), but 101 is the last of its protocol.
            if !status.is_informational() || status == StatusCode::SWITCHING_PROTOCOLS {
                break (status, headers);
            }
        };
        let coded = headers
            .get_all(::http::header::CONTENT_ENCODING)
            .iter()
            .any(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"));
        let framing = framing(method, status, &headers)?;
        let (body, truncated) = self.read_body(framing).await?;
        if coded && !body.is_empty() {
            return Err(broken_body(
                "it is compressed, although identity was asked for",
            ));
        }
        Ok(Response {
            status,
            headers,
            body,
            truncated,
        })
    }

    /// Reads more; false at the end.
    async fn more(&mut self) -> io::Result<bool> {
        self.buffer.reserve(PIECE);
        Ok(self.stream.read_buf(&mut self.buffer).await? > 0)
    }

    async fn head(
        &mut self,
        unwritten: Option<&io::Error>,
    ) -> Result<(StatusCode, HeaderMap), TransportError> {
        let mut scanned = 0;
        while !ends_head(&self.buffer, &mut scanned) {
            let begin = self.buffer.len().min(5);
            if self.buffer[..begin] != b"HTTP/"[..begin] {
                return Err(protocol("what came is not HTTP"));
            }
            if self.buffer.len() > HEAD_BYTES {
                return Err(too_many_headers(self.headers));
            }
            let more = self.more().await;
            let why = match (more, unwritten) {
                (Ok(true), _) => continue,
                (Err(error), _) => error.to_string(),
                (Ok(false), Some(error)) => error.to_string(),
                (Ok(false), None) => "connection closed before message completed".to_owned(),
            };
            return Err(protocol(why));
        }
        let mut slots = vec![EMPTY_HEADER; self.headers];
        let mut parsed = httparse::Response::new(&mut slots);
        let length = match parsed.parse(&self.buffer) {
            Ok(Status::Complete(length)) => length,
            Ok(Status::Partial) => return Err(protocol("the head has no end")),
            Err(httparse::Error::TooManyHeaders) => return Err(too_many_headers(self.headers)),
            Err(error) => return Err(protocol(format!("what came is not HTTP: {error}"))),
        };
        let status = parsed
            .code
            .and_then(|code| StatusCode::from_u16(code).ok())
            .ok_or_else(|| protocol("the status is none"))?;
        let mut headers = HeaderMap::with_capacity(parsed.headers.len());
        for header in parsed.headers.iter() {
            let name = HeaderName::from_bytes(header.name.as_bytes());
            let value = HeaderValue::from_bytes(header.value);
            let (Ok(name), Ok(value)) = (name, value) else {
                return Err(protocol("a header is none"));
            };
            headers.append(name, value);
        }
        self.buffer.advance(length);
        Ok((status, headers))
    }

    async fn read_body(
        &mut self,
        framing: Framing,
    ) -> Result<(bytes::Bytes, bool), TransportError> {
        let mut body = Growing::new(self.body);
        match framing {
            Framing::None => {}
            Framing::Length(length) => {
                self.take(length, &mut body).await?;
            }
            Framing::UntilClose => loop {
                let piece = self.buffer.split().freeze();
                if !piece.is_empty() && !body.push(piece)
                    || !self.more().await.map_err(|error| broken(&error))?
                {
                    break;
                }
            },
            Framing::Chunked => loop {
                let length = self.chunk_length().await?;
                if length == 0 || !self.take(length, &mut body).await? {
                    break;
                }
                while self.buffer.len() < 2 {
                    self.need().await?;
                }
                if self.buffer[..2] != *b"\r\n" {
                    return Err(broken_body("a chunk is longer than it says"));
                }
                self.buffer.advance(2);
            },
        }
        Ok(body.finish())
    }

    /// Moves `length` bytes into the body; false when it is full.
    async fn take(&mut self, mut length: u64, body: &mut Growing) -> Result<bool, TransportError> {
        while length > 0 {
            if self.buffer.is_empty() {
                self.need().await?;
            }
            let there = self.buffer.len() as u64;
            let piece = self
                .buffer
                .split_to(usize::try_from(length.min(there)).expect("not more than the buffer"))
                .freeze();
            length -= piece.len() as u64;
            if !body.push(piece) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn chunk_length(&mut self) -> Result<u64, TransportError> {
        loop {
            match httparse::parse_chunk_size(&self.buffer) {
                Ok(Status::Complete((read, length))) => {
                    self.buffer.advance(read);
                    return Ok(length);
                }
                Ok(Status::Partial) if self.buffer.len() <= CHUNK_LINE => self.need().await?,
                _ => return Err(broken_body("a chunk does not begin with its length")),
            }
        }
    }

    /// Reads more where the end would be too early.
    async fn need(&mut self) -> Result<(), TransportError> {
        if self.more().await.map_err(|error| broken(&error))? {
            Ok(())
        } else {
            Err(broken_body("the connection was closed"))
        }
    }
}

fn broken(error: &io::Error) -> TransportError {
    broken_body(&error.to_string())
}

/// Whether an empty line ends the head. `scanned` is where the last look ended, so that a
/// head that drips costs no more than one that comes at once.
fn ends_head(buffer: &[u8], scanned: &mut usize) -> bool {
    let from = scanned.saturating_sub(3);
    *scanned = buffer.len();
    let new = &buffer[from.min(buffer.len())..];
    new.windows(2).any(|pair| pair == b"\n\n") || new.windows(3).any(|three| three == b"\n\r\n")
}

fn framing(
    method: &Method,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<Framing, TransportError> {
    use ::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
    if *method == Method::HEAD
        || *method == Method::CONNECT && status.is_success()
        || status.is_informational()
        || matches!(status.as_u16(), 204 | 304)
    {
        return Ok(Framing::None);
    }
    if let Some(last) = headers.get_all(TRANSFER_ENCODING).iter().next_back() {
        let chunked = last
            .as_bytes()
            .rsplit(|byte| *byte == b',')
            .next()
            .is_some_and(|coding| coding.trim_ascii().eq_ignore_ascii_case(b"chunked"));
        return Ok(if chunked {
            Framing::Chunked
        } else {
            Framing::UntilClose
        });
    }
    let mut length = None;
    for value in headers.get_all(CONTENT_LENGTH) {
        let number = value
            .to_str()
            .ok()
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|text| text.parse::<u64>().ok())
            .ok_or_else(|| protocol("content-length is no number"))?;
        if length.is_some_and(|old| old != number) {
            return Err(protocol("content-length contradicts itself"));
        }
        length = Some(number);
    }
    Ok(length.map_or(Framing::UntilClose, Framing::Length))
}

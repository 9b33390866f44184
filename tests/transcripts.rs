//! Transcripts of the command line: each file is a screen that a user sees.

#[test]
fn transcripts() {
    trycmd::TestCases::new()
        .case("tests/transcripts/*.trycmd")
        .register_bin(
            "assize",
            trycmd::schema::Bin::Path(env!("CARGO_BIN_EXE_assize").into()),
        );
}

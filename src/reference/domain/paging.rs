//! Pages of lists.

/// Which page of a list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paging {
    /// From 1.
    pub(crate) page: u64,
    /// At least 1.
    pub(crate) size: u64,
}

/// One page and the length of the whole list.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) total: u64,
}

impl Paging {
    fn window(self) -> (usize, usize) {
        let start = (self.page - 1).saturating_mul(self.size);
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        (start, usize::try_from(self.size).unwrap_or(usize::MAX))
    }

    /// A page of a list whose length is known.
    pub(crate) fn of_known<I: ExactSizeIterator>(self, list: I) -> Page<I::Item> {
        let total = list.len() as u64;
        let (start, size) = self.window();
        let items = list.skip(start).take(size).collect();
        Page { items, total }
    }

    /// A page of a list that has to be walked to its end to know its length.
    pub(crate) fn of<I: Iterator>(self, list: I) -> Page<I::Item> {
        let (start, size) = self.window();
        let mut items = Vec::new();
        let mut total = 0_usize;
        for item in list {
            if total >= start && items.len() < size {
                items.push(item);
            }
            total += 1;
        }
        let total = total as u64;
        Page { items, total }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_agree_and_a_page_past_the_end_is_empty() {
        let list = [1, 2, 3, 4, 5];
        for page in [1, 2, 3, 4, u64::MAX] {
            let paging = Paging { page, size: 2 };
            let known = paging.of_known(list.iter());
            let walked = paging.of(list.iter());
            assert_eq!((known.items, known.total), (walked.items, walked.total));
        }
        let third = Paging { page: 3, size: 2 }.of(list.iter());
        assert_eq!((third.items, third.total), (vec![&5], 5));
        assert!(Paging { page: 4, size: 2 }.of(list.iter()).items.is_empty());
    }
}

//! Everything random is a row of choices, so that any case can be told by its row, and made smaller by
//! making the row smaller. The smallest choice is always the plainest.

/// A row of choices: from a seed, or from an earlier row.
#[derive(Clone, Debug)]
pub(crate) struct Choices {
    random: u64,
    given: Option<Vec<u32>>,
    made: Vec<u32>,
}

impl Choices {
    /// A new row.
    pub(crate) fn of_seed(seed: u64) -> Self {
        Self {
            random: seed,
            given: None,
            made: Vec::new(),
        }
    }

    /// A row again; where it ends, every choice is the plainest.
    pub(crate) fn again(row: Vec<u32>) -> Self {
        Self {
            random: 0,
            given: Some(row),
            made: Vec::new(),
        }
    }

    /// The row so far.
    pub(crate) fn made(&self) -> &[u32] {
        &self.made
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u32::try_from(bound.max(1)).unwrap();
        let choice = match &self.given {
            Some(row) => row.get(self.made.len()).copied().unwrap_or(0) % bound,
            None => u32::try_from(self.next() % u64::from(bound)).unwrap(),
        };
        self.made.push(choice);
        choice as usize
    }

    /// Yes, so many times in a hundred; the plainest is no.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    /// One of these; the plainest is the first.
    pub(crate) fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    /// Some of these, each so many times in a hundred, in their order.
    pub(crate) fn some<T: Clone>(&mut self, all: &[T], percent: usize) -> Vec<T> {
        let mut some = Vec::new();
        for one in all {
            if self.chance(percent) {
                some.push(one.clone());
            }
        }
        some
    }
}

/// The smallest row that can be found on which `fails` still says yes, within so many tries.
pub(crate) fn shrink(row: &[u32], tries: usize, mut fails: impl FnMut(&[u32]) -> bool) -> Vec<u32> {
    let mut best = row.to_vec();
    let mut left = tries;
    let mut attempt = |candidate: Vec<u32>, best: &mut Vec<u32>| {
        if left == 0 || candidate == *best {
            return false;
        }
        left -= 1;
        let is_smaller = fails(&candidate);
        if is_smaller {
            *best = candidate;
        }
        is_smaller
    };
    loop {
        let before = best.clone();
        let mut length = best.len().max(1).next_power_of_two() / 2;
        while length > 0 {
            let mut at = 0;
            while at < best.len() {
                let end = (at + length).min(best.len());
                let mut without = best.clone();
                without.drain(at..end);
                let mut zeroed = best.clone();
                zeroed[at..end].fill(0);
                if !attempt(without, &mut best) && !attempt(zeroed, &mut best) {
                    at = end;
                } else if best
                    .get(at..)
                    .is_none_or(|rest| rest.iter().all(|choice| *choice == 0))
                {
                    at = best.len();
                }
            }
            length /= 2;
        }
        for at in 0..best.len() {
            let mut smaller = best.clone();
            smaller[at] /= 2;
            attempt(smaller, &mut best);
        }
        if best == before {
            return best;
        }
    }
}

#[test]
fn a_row_shrinks_to_what_matters() {
    let mut choices = Choices::of_seed(7);
    let row: Vec<u32> = (0..200).map(|_| choices.below(1000) as u32).collect();
    assert_eq!(choices.made(), row);
    let small = shrink(&row, 10_000, |row| row.iter().any(|choice| *choice > 500));
    assert_eq!(small.len(), 1);
    assert!((501..=1000).contains(&small[0]), "{small:?}");
    let mut again = Choices::again(small);
    assert!(again.below(1000) > 500);
    assert_eq!(again.below(1000), 0);
}

//! What a list of modes reaches, all together: whether limits concern none of them or all is told by that alone.

/// The lower and the upper end of a range.
pub(super) type Ends<T> = [T; 2];

/// How limits and the ranges of many rows meet on one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meets {
    Never,
    Sometimes,
    Always,
}

/// One axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis<T> {
    /// What every range begins with: what is derived goes down to the smallest there is.
    pub least: Option<T>,
    /// The smallest and the largest lower end.
    low: Ends<T>,
    /// The smallest and the largest upper end.
    high: Ends<T>,
}

/// Without a thought for what is no number: that costs, and none is in the columns.
pub(super) fn smaller<T: PartialOrd>(a: T, b: T) -> T {
    if b < a { b } else { a }
}

/// The same.
pub(super) fn larger<T: PartialOrd>(a: T, b: T) -> T {
    if b > a { b } else { a }
}

impl<T: Copy + PartialOrd> Axis<T> {
    fn empty([min, max]: Ends<T>) -> Self {
        Self {
            least: None,
            low: [max, min],
            high: [max, min],
        }
    }

    fn add(&mut self, ends: Ends<T>) {
        self.low = [smaller(self.low[0], ends[0]), larger(self.low[1], ends[0])];
        self.high = [
            smaller(self.high[0], ends[1]),
            larger(self.high[1], ends[1]),
        ];
    }

    /// The same ranges, from `least` on.
    fn down_to(self, least: T) -> Self {
        Self {
            least: Some(least),
            low: [least; 2],
            ..self
        }
    }

    /// No range ends above this.
    pub fn largest(&self) -> T {
        self.high[1]
    }

    pub fn meets(&self, [min, max]: Ends<T>) -> Meets {
        if min > max || self.low[0] > max || self.high[1] < min {
            Meets::Never
        } else if self.low[1] <= max && self.high[0] >= min {
            Meets::Always
        } else {
            Meets::Sometimes
        }
    }

    /// Leaves out what does not meet limits.
    fn narrow(&mut self, [min, max]: Ends<T>) {
        self.low[1] = smaller(self.low[1], max);
        self.high[0] = larger(self.high[0], min);
    }
}

/// All axes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hull {
    pub derived: bool,
    pub first: Axis<u32>,
    pub second: Axis<u32>,
    pub third: Axis<f64>,
}

impl Hull {
    pub fn empty() -> Self {
        let whole = Axis::empty([0, u32::MAX]);
        Self {
            derived: false,
            first: whole,
            second: whole,
            third: Axis::empty([f64::NEG_INFINITY, f64::INFINITY]),
        }
    }

    /// What is derived from the same rows.
    pub fn derived(&self) -> Self {
        Self {
            derived: true,
            first: self.first.down_to(1),
            second: self.second.down_to(1),
            third: self.third.down_to(f64::MIN_POSITIVE),
        }
    }

    pub fn add(&mut self, first: Ends<u32>, second: Ends<u32>, third: Ends<f64>) {
        self.first.add(first);
        self.second.add(second);
        self.third.add(third);
    }

    /// Leaves out the rows that do not meet limits.
    pub fn narrow(&mut self, first: Ends<u32>, second: Ends<u32>, third: Ends<f64>) {
        self.first.narrow(first);
        self.second.narrow(second);
        self.third.narrow(third);
    }
}

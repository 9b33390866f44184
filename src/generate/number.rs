//! Numbers within bounds.

use serde_json::{Number, Value};

use super::shape::Flat;
use super::stream::Stream;
use crate::document::Place;

/// How far from an open end numbers are drawn.
const REACH: i128 = 100;

/// The bounds of a number.
#[derive(Clone, Debug, Default)]
pub(super) struct Bounds {
    pub(super) integer: bool,
    /// The tightest lower bound: place, value, and whether it is excluded.
    pub(super) low: Option<(Place, Number, bool)>,
    /// The tightest upper bound.
    pub(super) high: Option<(Place, Number, bool)>,
    pub(super) multiple: Option<(Place, f64)>,
}

impl Bounds {
    pub(super) fn of(flat: &Flat<'_>, integer: bool) -> Self {
        let tightest = |keywords: [&str; 2], sign: f64| {
            let mut best: Option<(Place, Number, bool)> = None;
            for (keyword, excluded) in keywords.into_iter().zip([false, true]) {
                for (place, value) in flat.all(keyword) {
                    let Value::Number(number) = value else {
                        continue;
                    };
                    let tighter = best.as_ref().is_none_or(|(_, known, was_excluded)| {
                        let (new, old) = (float(number) * sign, float(known) * sign);
                        new > old || new >= old && excluded && !was_excluded
                    });
                    if tighter {
                        best = Some((place, number.clone(), excluded));
                    }
                }
            }
            best
        };
        Self {
            integer,
            low: tightest(["minimum", "exclusiveMinimum"], 1.0),
            high: tightest(["maximum", "exclusiveMaximum"], -1.0),
            multiple: flat.all("multipleOf").find_map(|(place, value)| {
                let number = value.as_f64().filter(|number| *number > 0.0)?;
                Some((place, number))
            }),
        }
    }

    /// The smallest (`-1`) or largest (`1`) number that the bound on that side allows.
    pub(super) fn edge(&self, side: i8) -> Option<Value> {
        let (_, number, excluded) = if side < 0 { &self.low } else { &self.high }.as_ref()?;
        let inward = -i128::from(side);
        if self.integer {
            let mut edge = if side < 0 {
                float(number).ceil()
            } else {
                float(number).floor()
            }
            .clamp(-1e30, 1e30) as i128;
            if let Some(exact) = exact(number) {
                edge = exact + if *excluded { inward } else { 0 };
            }
            if let Some(step) = self.integer_step() {
                let rest = edge.rem_euclid(step);
                if rest != 0 {
                    edge += if side < 0 { step - rest } else { -rest };
                }
            }
            return integer(edge);
        }
        if let Some((_, step)) = self.multiple {
            let count = float(number) / step;
            let mut count = if side < 0 {
                count.ceil()
            } else {
                count.floor()
            };
            if *excluded && (count * step - float(number)).abs() < step / 1e6 {
                count += inward as f64;
            }
            return multiple(count, step);
        }
        if *excluded {
            let room = match (&self.low, &self.high) {
                (Some((_, low, _)), Some((_, high, _))) => (float(high) - float(low)) / 2.0,
                _ => 0.01,
            };
            return real(float(number) + room.min(0.01) * inward as f64);
        }
        Some(Value::Number(number.clone()))
    }

    /// A number just beyond the bound on that side.
    pub(super) fn beyond(&self, side: i8) -> Option<Value> {
        let (_, number, excluded) = if side < 0 { &self.low } else { &self.high }.as_ref()?;
        if self.integer {
            let step = self.integer_step().unwrap_or(1) * i128::from(side);
            let edge = self.edge(side)?;
            return integer(exact(edge.as_number()?)? + step);
        }
        if let Some((_, step)) = self.multiple {
            let edge = self.edge(side)?.as_f64()?;
            return multiple((edge / step).round() + f64::from(side), step);
        }
        if *excluded {
            return Some(Value::Number(number.clone()));
        }
        match exact(number) {
            Some(exact) => integer(exact + i128::from(side)),
            None => real(float(number) + f64::from(side)),
        }
    }

    /// A number that is no multiple, although it lies within the bounds.
    pub(super) fn no_multiple(&self) -> Option<Value> {
        let (_, step) = self.multiple.as_ref()?;
        let start = self
            .edge(-1)
            .or_else(|| self.edge(1).map(|high| real(high.as_f64()? - step))?)
            .and_then(|edge| edge.as_f64())
            .unwrap_or(0.0);
        if self.integer {
            (*step > 1.0).then(|| integer(start as i128 + 1))?
        } else {
            real(start + step / 2.0)
        }
    }

    /// Whole steps between integers that are multiples.
    fn integer_step(&self) -> Option<i128> {
        let (_, step) = self.multiple.as_ref()?;
        // For integers a fractional step such as 0.5 or 2.5 is taken to its first whole multiple.
        (1..=100)
            .map(|count| step * f64::from(count))
            .find(|whole| whole.fract() == 0.0 && *whole < 1e18)
            .map(|whole| whole as i128)
    }

    /// A number within the bounds.
    pub(super) fn draw(&self, stream: &mut Stream) -> Option<Value> {
        let low = self.edge(-1);
        let high = self.edge(1);
        if self.integer {
            let step = self.integer_step().unwrap_or(1);
            let low = low.and_then(|low| exact(low.as_number()?));
            let high = high.and_then(|high| exact(high.as_number()?));
            let (low, high) = match (low, high) {
                (Some(low), Some(high)) => (low, high.min(low + REACH * step)),
                (Some(low), None) => (low, low + (REACH - 1) * step),
                (None, Some(high)) => ((high - (REACH - 1) * step).max(high.min(1)), high),
                (None, None) => (1, REACH * step),
            };
            let first = low + (step - low.rem_euclid(step)) % step;
            if first > high {
                return None;
            }
            let count = ((high - first) / step + 1) as usize;
            return integer(first + stream.below(count) as i128 * step);
        }
        let low = low.and_then(|low| low.as_f64());
        let high = high.and_then(|high| high.as_f64());
        if let Some((_, step)) = self.multiple {
            let first = low.map_or(1.0, |low| (low / step).ceil());
            let last = high.map_or(first + 99.0, |high| (high / step).floor());
            if first > last {
                return None;
            }
            let count = (last - first).min(99.0) as usize + 1;
            return multiple(first + stream.below(count) as f64, step);
        }
        let (low, high) = match (low, high) {
            (Some(low), Some(high)) => (low, high.min(low + 100.0)),
            (Some(low), None) => (low, low + 100.0),
            (None, Some(high)) => (high - 100.0, high),
            (None, None) => (1.0, 100.0),
        };
        if low > high {
            return None;
        }
        let first = low.ceil();
        let whole = first + stream.below((high - first).max(0.0) as usize + 1) as f64;
        let half = whole + 0.5;
        real(if half <= high {
            half
        } else if whole <= high {
            whole
        } else {
            low + (high - low) / 2.0
        })
    }
}

fn float(number: &Number) -> f64 {
    number.as_f64().unwrap_or(0.0)
}

/// The number as an exact integer.
pub(super) fn exact(number: &Number) -> Option<i128> {
    let whole = || {
        let float = number.as_f64()?;
        (float.fract() == 0.0 && float.abs() < 1e18).then_some(float as i128)
    };
    number
        .as_i64()
        .map(i128::from)
        .or_else(|| number.as_u64().map(i128::from))
        .or_else(whole)
}

fn integer(number: i128) -> Option<Value> {
    i64::try_from(number)
        .map(Value::from)
        .or_else(|_| u64::try_from(number).map(Value::from))
        .ok()
        .or_else(|| real(number as f64))
}

fn real(number: f64) -> Option<Value> {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        return Some(Value::from(number as i64));
    }
    Number::from_f64(number).map(Value::Number)
}

/// `count` steps, without the dust of binary fractions.
fn multiple(count: f64, step: f64) -> Option<Value> {
    let text = step.to_string();
    let digits = text.split_once('.').map_or(0, |(_, digits)| digits.len());
    real(format!("{:.digits$}", count * step).parse().ok()?)
}

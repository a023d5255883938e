use std::{fmt, str::FromStr};

/// A percentage from 0 to 100, with the decimals that were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percent {
    /// In units of the last decimal.
    units: u64,
    decimals: u32,
}

/// The largest number of digits before or after the decimal point.
const MAX_DECIMALS: usize = 6;

impl Percent {
    /// Returns whether `part` of `whole` is at least this percentage; always true if `whole` is 0.
    pub fn is_met(self, part: u64, whole: u64) -> bool {
        let scale = 10_u128.pow(self.decimals);
        u128::from(part) * 100 * scale >= u128::from(whole) * u128::from(self.units)
    }

    /// Returns `part` of `whole` as a percentage, rounded down so that a lower value than this never looks equal.
    pub fn share(self, part: u64, whole: u64) -> String {
        let decimals = self.decimals.max(1);
        let scale = 10_u128.pow(decimals);
        let units = u128::from(part) * 100 * scale / u128::from(whole.max(1));
        let decimals = decimals as usize;
        format!("{}.{:0>decimals$} %", units / scale, units % scale)
    }
}

impl FromStr for Percent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refusal =
            || "not a percentage: write a number from 0 to 100, such as 95 or 99.5".to_owned();
        let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
        let is_number = |digits: &str| {
            (1..=MAX_DECIMALS).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
        };
        if !is_number(whole) || !is_number(rest) {
            return Err(refusal());
        }
        let rest = rest.trim_end_matches('0');
        let decimals = u32::try_from(rest.len()).map_err(|_| refusal())?;
        let units: u64 = format!("{whole}{rest}").parse().map_err(|_| refusal())?;
        let percent = Self { units, decimals };
        let is_possible = units <= 100 * 10_u64.pow(decimals);
        is_possible.then_some(percent).ok_or_else(refusal)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = 10_u64.pow(self.decimals);
        write!(f, "{}", self.units / scale)?;
        if self.decimals > 0 {
            let decimals = self.decimals as usize;
            write!(f, ".{:0>decimals$}", self.units % scale)?;
        }
        write!(f, " %")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(text: &str) -> Percent {
        text.parse().unwrap()
    }

    #[test]
    fn compares_shares_exactly() {
        assert!(percent("99.9").is_met(999, 1000));
        assert!(!percent("99.9").is_met(9989, 10_000));
        assert!(percent("100").is_met(u64::MAX, u64::MAX));
        assert!(percent("0").is_met(0, 5) && percent("95").is_met(0, 0));
        assert!(!percent("33.4").is_met(1, 3) && percent("33.3").is_met(1, 3));
    }

    #[test]
    fn shows_a_smaller_share_as_smaller() {
        assert_eq!(percent("95").share(9499, 10_000), "94.9 %");
        assert_eq!(percent("99.99").share(9998, 10_000), "99.98 %");
        assert_eq!(percent("100").share(999_999, 1_000_000), "99.9 %");
        assert_eq!(percent("5").share(1, 100), "1.0 %");
    }

    #[test]
    fn parses_only_percentages() {
        for (text, shown) in [("95", "95 %"), ("099.50", "99.5 %"), ("0.05", "0.05 %")] {
            assert_eq!(percent(text).to_string(), shown);
        }
        for text in [
            "",
            "-1",
            "+1",
            "101",
            "100.1",
            ".5",
            "5.",
            "1e1",
            "95%",
            "ⅴ",
            "0.1234567",
            "1.2.3",
        ] {
            assert!(text.parse::<Percent>().is_err(), "{text}");
        }
    }
}

//! Values on the command line.

use std::time::Duration;

/// Anything that could be a link; whether it can be joined is said later, with a reason.
pub fn link(text: &str) -> Result<String, String> {
    if text.contains("://") || text.contains('.') {
        return Ok(text.to_owned());
    }
    Err(
        "neither a link nor a command (join, practice, devices, check, doctor, developer-key)"
            .to_owned(),
    )
}

/// `20s`, `500ms`, `2m`, or seconds as a plain number.
pub fn duration(text: &str) -> Result<Duration, String> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let seconds_each = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err("a length of time such as 20s, 500ms or 2m".to_owned()),
    };
    let number: f64 = number
        .parse()
        .map_err(|_| "a length of time such as 20s, 500ms or 2m".to_owned())?;
    Duration::try_from_secs_f64(number * seconds_each)
        .ok()
        .filter(|duration| *duration <= Duration::from_secs(7 * 24 * 3600))
        .ok_or_else(|| "longer than a week".to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn lengths_of_time_are_read_as_people_write_them() {
        assert_eq!(duration("20s").unwrap(), Duration::from_secs(20));
        assert_eq!(duration("20").unwrap(), Duration::from_secs(20));
        assert_eq!(duration("500ms").unwrap(), Duration::from_millis(500));
        assert_eq!(duration("1.5m").unwrap(), Duration::from_secs(90));
        for wrong in ["", "s", "-1s", "1 s", "1y", "1e9s", "9999999h", "1.2.3s"] {
            assert!(duration(wrong).is_err(), "{wrong:?}");
        }
    }
}

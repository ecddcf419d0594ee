//! Times of calendar files, in UTC where the file tells its zones.

use super::calendar::Line;

/// The zones that a calendar file brings along.
pub struct Zones(Vec<(String, Vec<Observance>)>);

/// Standard or daylight time: since when, and how far it is ahead of UTC.
#[derive(Default)]
struct Observance {
    since: Option<Local>,
    from: i64,
    to: i64,
    yearly: Option<Yearly>,
}

/// `BYMONTH` and `BYDAY`: the nth such weekday of a month, from its end if negative.
struct Yearly {
    month: i64,
    nth: i64,
    weekday: i64,
}

/// A time of day without a zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Local {
    year: i64,
    month: i64,
    day: i64,
    second: i64,
}

const DAY: i64 = 86_400;

impl Zones {
    /// Every `VTIMEZONE` of the file.
    pub fn read(lines: &[Line]) -> Self {
        let mut zones: Vec<(String, Vec<Observance>)> = Vec::new();
        for line in lines {
            let value = line.value.trim();
            match &*line.name {
                "BEGIN" if value.eq_ignore_ascii_case("VEVENT") => break,
                "BEGIN" if value.eq_ignore_ascii_case("VTIMEZONE") => {
                    zones.push((String::new(), Vec::new()));
                }
                _ => {}
            }
            let Some((id, observances)) = zones.last_mut() else {
                continue;
            };
            if line.name == "TZID" {
                *id = value.trim_matches('"').to_owned();
            } else if line.name == "BEGIN" && !value.eq_ignore_ascii_case("VTIMEZONE") {
                observances.push(Observance::default());
            }
            if let Some(last) = observances.last_mut() {
                match &*line.name {
                    "DTSTART" => last.since = Local::parse(value),
                    "TZOFFSETFROM" => last.from = offset(value).unwrap_or(0),
                    "TZOFFSETTO" => last.to = offset(value).unwrap_or(0),
                    "RRULE" => last.yearly = Yearly::parse(value),
                    _ => {}
                }
            }
        }
        Self(zones)
    }

    fn ahead(&self, id: &str, local: Local) -> Option<i64> {
        if matches!(id, "UTC" | "Etc/UTC" | "Etc/GMT" | "GMT" | "Zulu") {
            return Some(0);
        }
        let (_, observances) = self.0.iter().find(|(name, _)| name == id)?;
        let current = observances
            .iter()
            .filter_map(|observance| Some((observance.last_onset(local)?, observance.to)))
            .max_by_key(|(onset, _)| *onset);
        // Before the first change the zone is what that changed from.
        current
            .map(|(_, ahead)| ahead)
            .or_else(|| observances.first().map(|observance| observance.from))
    }
}

impl Observance {
    /// When it last began before `local`.
    fn last_onset(&self, local: Local) -> Option<Local> {
        let since = self.since.filter(|since| *since <= local)?;
        let Some(yearly) = &self.yearly else {
            return Some(since);
        };
        [local.year, local.year - 1]
            .into_iter()
            .map(|year| yearly.onset(year, since.second))
            .find(|onset| *onset <= local && *onset >= since)
            .or(Some(since))
    }
}

impl Yearly {
    fn parse(rule: &str) -> Option<Self> {
        let part = |key: &str| {
            rule.split(';').find_map(|part| {
                let (name, value) = part.split_once('=')?;
                name.eq_ignore_ascii_case(key).then_some(value)
            })
        };
        let by_day = part("BYDAY")?;
        let split = by_day
            .len()
            .checked_sub(2)
            .filter(|at| by_day.is_char_boundary(*at))?;
        let (nth, weekday) = by_day.split_at(split);
        let weekday = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"]
            .iter()
            .position(|name| name.eq_ignore_ascii_case(weekday))?;
        let month = part("BYMONTH")?.parse().ok()?;
        let nth: i64 = nth.parse().ok()?;
        ((1..=12).contains(&month) && nth != 0 && nth.abs() <= 5).then_some(Self {
            month,
            nth,
            weekday: weekday as i64,
        })
    }

    fn onset(&self, year: i64, second: i64) -> Local {
        let length = days_in(year, self.month);
        let first = weekday(year, self.month, 1);
        let day = if self.nth > 0 {
            1 + (self.weekday - first).rem_euclid(7) + (self.nth - 1) * 7
        } else {
            let last = weekday(year, self.month, length);
            length - (last - self.weekday).rem_euclid(7) + (self.nth + 1) * 7
        };
        Local {
            year,
            month: self.month,
            day: day.clamp(1, length),
            second,
        }
    }
}

impl Local {
    /// `20261124T140000`, with or without `Z`.
    fn parse(text: &str) -> Option<Self> {
        let text = text.strip_suffix(['Z', 'z']).unwrap_or(text);
        let (date, time) = text.split_once(['T', 't']).unwrap_or((text, "000000"));
        let digits = |text: &str, length| {
            text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(date, 8) || !digits(time, 6) {
            return None;
        }
        let number = |text: &str| text.parse::<i64>().ok();
        let (year, month, day) = (
            number(&date[..4])?,
            number(&date[4..6])?,
            number(&date[6..])?,
        );
        let (h, m, s) = (
            number(&time[..2])?,
            number(&time[2..4])?,
            number(&time[4..])?,
        );
        let is_time = (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day)
            && h < 24
            && m < 60
            && s <= 60;
        is_time.then_some(Self {
            year,
            month,
            day,
            second: h * 3_600 + m * 60 + s.min(59),
        })
    }

    fn moved(self, seconds: i64) -> Self {
        let total = days(self.year, self.month, self.day) * DAY + self.second + seconds;
        let (year, month, day) = date(total.div_euclid(DAY));
        Self {
            year,
            month,
            day,
            second: total.rem_euclid(DAY),
        }
    }

    fn date(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    fn date_and_time(self) -> String {
        let (h, m, s) = (self.second / 3_600, self.second / 60 % 60, self.second % 60);
        format!("{}T{h:02}:{m:02}:{s:02}", self.date())
    }
}

/// A `DTSTART` as RFC 3339: in UTC if its zone is known, else without one; a date for a whole day.
pub fn starts_at(line: &Line, zones: &Zones) -> Option<String> {
    let value = line.value.trim();
    let local = Local::parse(value)?;
    if !value.contains(['T', 't']) {
        return Some(local.date());
    }
    if value.ends_with(['Z', 'z']) {
        return Some(format!("{}Z", local.date_and_time()));
    }
    let ahead = line.parameter("TZID").and_then(|id| zones.ahead(id, local));
    Some(match ahead {
        Some(ahead) => format!("{}Z", local.moved(-ahead).date_and_time()),
        None => local.date_and_time(),
    })
}

/// `+0100`, `-0330`, `+013000`.
fn offset(text: &str) -> Option<i64> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    if !matches!(digits.len(), 4 | 6) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (h, m): (i64, i64) = (digits[..2].parse().ok()?, digits[2..4].parse().ok()?);
    (h <= 24 && m < 60).then_some(sign * (h * 3_600 + m * 60))
}

/// Days since 1970-01-01 in the Gregorian calendar (Howard Hinnant's `days_from_civil`).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The other way round (`civil_from_days`).
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted + 2) / 5 + 1)
}

/// 0 is Sunday.
fn weekday(year: i64, month: i64, day: i64) -> i64 {
    (days(year, month, day) + 4).rem_euclid(7)
}

fn days_in(year: i64, month: i64) -> i64 {
    let next = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    days(next.0, next.1, 1) - days(year, month, 1)
}

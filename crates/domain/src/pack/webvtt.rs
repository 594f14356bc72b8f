//! Whether a file is WebVTT that captions something: its head, and each cue with its times in order and its words
//! (W3C, WebVTT: The Web Video Text Tracks Format, section 4).

/// The first thing that is wrong with it: the line, from 1, and what, in words. Nothing when it is right.
pub(super) fn fault(bytes: &[u8]) -> Option<(u32, String)> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Some((1, "it is not UTF-8".to_owned()));
    };
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<(u32, &str)> = (1..).zip(text.split('\n')).collect();
    let is_head =
        |line: &str| line == "WEBVTT" || line.starts_with("WEBVTT ") || line.starts_with("WEBVTT\t");
    if !lines.first().is_some_and(|(_, line)| is_head(line)) {
        return Some((1, "its first line is not WEBVTT".to_owned()));
    }
    let mut blocks = lines.split(|(_, line)| line.trim().is_empty()).filter(|block| !block.is_empty());
    // What stands under the head belongs to it.
    blocks.next();
    let mut last_start_ms = 0;
    let mut cues = 0_u32;
    for block in blocks {
        match cue(block, last_start_ms) {
            Ok(Some(start_ms)) => {
                last_start_ms = start_ms;
                cues += 1;
            }
            Ok(None) => {}
            Err(fault) => return Some(fault),
        }
    }
    (cues == 0).then(|| (1, "it holds no caption".to_owned()))
}

/// The start of a cue; nothing for a note or a style.
fn cue(block: &[(u32, &str)], last_start_ms: u32) -> Result<Option<u32>, (u32, String)> {
    let first = block.first().map_or((1, ""), |first| *first);
    let is_other = |word: &str| first.1 == word || first.1.starts_with(&format!("{word} "));
    if ["NOTE", "STYLE", "REGION"].into_iter().any(is_other) {
        return Ok(None);
    }
    let at = block.iter().take(2).position(|(_, line)| line.contains("-->"));
    let Some((timing, words)) = at.and_then(|at| block.get(at..)).and_then(<[_]>::split_first) else {
        return Err((first.0, "here belongs a line such as 00:01.000 --> 00:04.000".to_owned()));
    };
    let (line, timing) = *timing;
    let times = timing.split_once("-->").and_then(|(start, rest)| {
        let end = rest.split_whitespace().next()?;
        Some((milliseconds(start.trim())?, milliseconds(end)?))
    });
    match times {
        None => Err((line, "the times are not written as 00:01.000 --> 00:04.000".to_owned())),
        Some((start, end)) if end <= start => Err((line, "the caption ends before it begins".to_owned())),
        Some((start, _)) if start < last_start_ms => {
            Err((line, "the caption begins before the one above".to_owned()))
        }
        Some(_) if words.is_empty() => Err((line, "the caption has no words".to_owned())),
        Some((start, _)) => Ok(Some(start)),
    }
}

/// A time such as `00:01.000` or `01:00:01.000`.
fn milliseconds(time: &str) -> Option<u32> {
    let (whole, thousandths) = time.split_once('.')?;
    let number = |digits: &str, length: std::ops::RangeInclusive<usize>| {
        let is_number = length.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse::<u32>().ok()).flatten()
    };
    let parts: Vec<&str> = whole.split(':').collect();
    let (hours, minutes, seconds) = match parts.as_slice() {
        [minutes, seconds] => (0, minutes, seconds),
        [hours, minutes, seconds] => (number(hours, 2..=4)?, minutes, seconds),
        _ => return None,
    };
    let (minutes, seconds) = (number(minutes, 2..=2)?, number(seconds, 2..=2)?);
    let thousandths = number(thousandths, 3..=3)?;
    (minutes < 60 && seconds < 60).then(|| ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths)
}

#[cfg(test)]
mod tests {
    use super::fault;

    const GOOD: &str = "WEBVTT - counter\nKind: captions\n\nNOTE two people\n\n1\n00:00.500 --> 00:02.000 line:0\n\
                        <v Ana>Bonjour.\n\n01:00:02.000 --> 01:00:03.250\nOui ?\nNon.\n";

    #[test]
    fn captions_of_every_allowed_shape_are_read() {
        assert_eq!(fault(GOOD.as_bytes()), None);
        assert_eq!(fault(format!("\u{FEFF}{}", GOOD.replace('\n', "\r\n")).as_bytes()), None);
    }

    #[test]
    fn what_is_no_webvtt_is_told_with_its_line() {
        let changed = |from: &str, to: &str| {
            assert!(GOOD.contains(from));
            fault(GOOD.replacen(from, to, 1).as_bytes()).map(|(line, _)| line)
        };

        assert_eq!(fault(b""), Some((1, "its first line is not WEBVTT".to_owned())));
        assert_eq!(fault(b"WEBVTT\n\xE9"), Some((1, "it is not UTF-8".to_owned())));
        assert_eq!(fault(b"WEBVTT\n\nNOTE nothing\n"), Some((1, "it holds no caption".to_owned())));
        assert_eq!(changed("WEBVTT", "1"), Some(1));
        assert_eq!(changed("WEBVTT - counter", "WEBVTTs"), Some(1));
        assert_eq!(changed("00:00.500 -->", "00:00,500 -->"), Some(7));
        assert_eq!(changed("00:00.500 -->", "00:61.500 -->"), Some(7));
        assert_eq!(changed("--> 00:02.000", "--> 00:00.500"), Some(7));
        assert_eq!(changed("00:00.500 --> 00:02.000 line:0", "half a second"), Some(6));
        assert_eq!(changed("01:00:02.000 -->", "00:00.100 -->"), Some(10));
        assert_eq!(changed("\nOui ?\nNon.", ""), Some(10));
    }
}

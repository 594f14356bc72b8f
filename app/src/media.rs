//! How a media file is answered: whole or one range of it (RFC 9110, sections 13 and 14), kept by the browser of the
//! one who asked for a day. The address holds the hash of the bytes, so that what is kept never goes stale.

use std::ops::Range;

use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE, ContentEncoding, ETAG,
    HeaderMap, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, Route, guard, web};
use domain::pack::media::MediaType;
use services::error::ServiceError;
use services::pack_media::OpenedMedia;
use services::state::Services;

use crate::context::Ctx;
use crate::fault::Fault;

/// What a request wants of a file.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part(Range<u32>),
    /// The range begins after the end.
    Nothing,
    /// The browser holds it already.
    Unchanged,
}

/// A route for reading a file: `GET`, and `HEAD` for players that ask for the size first.
pub(crate) fn reading() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// Answers with the file that `open` finds for whoever asks.
///
/// # Errors
/// [`Fault::Unavailable`] when no thread could be had; the use case's error is handed back.
pub(crate) async fn answer(
    ctx: &Ctx,
    request: &HttpRequest,
    open: impl FnOnce(&Services) -> Result<OpenedMedia, ServiceError> + Send + 'static,
) -> Result<Result<HttpResponse, ServiceError>, Fault> {
    let (method, headers) = (request.method().clone(), request.headers().clone());
    let found = ctx.try_run(move |services| {
        let media = open(services)?;
        let file = media.file().clone();
        let wanted = wanted(&method, &headers, &etag(&file.sha256), file.size_bytes);
        let bytes = match &wanted {
            Wanted::Whole => services.media_part(&media, &(0..file.size_bytes))?,
            Wanted::Part(range) => services.media_part(&media, range)?,
            Wanted::Nothing | Wanted::Unchanged => Vec::new(),
        };
        Ok((file, wanted, bytes))
    });
    let (file, wanted, bytes) = match found.await? {
        Ok(found) => found,
        Err(error) => return Ok(Err(error)),
    };
    let mut response = HttpResponse::build(match wanted {
        Wanted::Whole => StatusCode::OK,
        Wanted::Part(_) => StatusCode::PARTIAL_CONTENT,
        Wanted::Nothing => StatusCode::RANGE_NOT_SATISFIABLE,
        Wanted::Unchanged => StatusCode::NOT_MODIFIED,
    });
    response
        .insert_header((ETAG, etag(&file.sha256)))
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((CACHE_CONTROL, "private, max-age=86400, immutable"));
    match &wanted {
        Wanted::Part(range) => {
            let last = range.end.saturating_sub(1);
            let place = format!("bytes {}-{last}/{}", range.start, file.size_bytes);
            response.insert_header((CONTENT_RANGE, place));
        }
        Wanted::Nothing => {
            response.insert_header((CONTENT_RANGE, format!("bytes */{}", file.size_bytes)));
        }
        Wanted::Whole | Wanted::Unchanged => {}
    }
    if matches!(wanted, Wanted::Nothing | Wanted::Unchanged) {
        return Ok(Ok(response.finish()));
    }
    // Compressed on the way, a range would count other bytes than those of the file.
    response
        .insert_header((CONTENT_ENCODING, ContentEncoding::Identity))
        .insert_header((CONTENT_TYPE, content_type(file.media_type)));
    Ok(Ok(response.body(bytes)))
}

fn etag(sha256: &str) -> String {
    format!("\"{sha256}\"")
}

const fn content_type(media_type: MediaType) -> &'static str {
    match media_type {
        MediaType::WebVtt => "text/vtt; charset=utf-8",
        other => other.code(),
    }
}

fn wanted(method: &Method, headers: &HeaderMap, etag: &str, size: u32) -> Wanted {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let is_this = |tag: &str| matches!(tag.trim(), "*") || tag.trim().trim_start_matches("W/") == etag;
    if header(IF_NONE_MATCH).is_some_and(|tags| tags.split(',').any(is_this)) {
        return Wanted::Unchanged;
    }
    // A range counts for GET alone, and only of the file that the browser holds a part of.
    let is_same = header(IF_RANGE).is_none_or(|tag| tag.trim() == etag);
    match header(RANGE) {
        Some(range) if *method == Method::GET && is_same => ranged(range, size),
        _ => Wanted::Whole,
    }
}

/// One range of bytes. What cannot be read, and several ranges at once, are answered with the whole, as RFC 9110 allows.
fn ranged(range: &str, size: u32) -> Wanted {
    let Some((first, last)) = range.trim().strip_prefix("bytes=").and_then(|range| range.split_once('-'))
    else {
        return Wanted::Whole;
    };
    // A place beyond any file is as far as the farthest.
    let number = |digits: &str| {
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse().unwrap_or(u32::MAX))
    };
    match (first.trim(), last.trim()) {
        ("", last) => match number(last) {
            Some(0) => Wanted::Nothing,
            Some(_) if size == 0 => Wanted::Nothing,
            Some(count) => Wanted::Part(size.saturating_sub(count)..size),
            None => Wanted::Whole,
        },
        (first, last) => {
            let Some(first) = number(first) else { return Wanted::Whole };
            let last = if last.is_empty() { Some(u32::MAX) } else { number(last) };
            match last {
                Some(last) if last < first => Wanted::Whole,
                Some(_) if first >= size => Wanted::Nothing,
                Some(last) => Wanted::Part(first..last.saturating_add(1).min(size)),
                None => Wanted::Whole,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Wanted, ranged, wanted};
    use actix_web::http::Method;
    use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

    #[test]
    fn one_range_is_cut_to_the_file() {
        assert_eq!(ranged("bytes=0-0", 10), Wanted::Part(0..1));
        assert_eq!(ranged("bytes=2-", 10), Wanted::Part(2..10));
        assert_eq!(ranged("bytes=2-99", 10), Wanted::Part(2..10));
        assert_eq!(ranged("bytes=-3", 10), Wanted::Part(7..10));
        assert_eq!(ranged("bytes=-99", 10), Wanted::Part(0..10));
        assert_eq!(ranged("bytes=0-99999999999999999999", 10), Wanted::Part(0..10));
        assert_eq!(ranged("bytes=9-9", 10), Wanted::Part(9..10));
    }

    #[test]
    fn a_range_after_the_end_is_nothing_and_what_is_no_range_is_the_whole() {
        for range in ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999-"] {
            assert_eq!(ranged(range, 10), Wanted::Nothing, "{range}");
        }
        for range in
            ["bytes=0-1,3-4", "bytes=-", "bytes=5-2", "items=0-1", "bytes=a-b", "bytes", "bytes=+1-2"]
        {
            assert_eq!(ranged(range, 10), Wanted::Whole, "{range}");
        }
    }

    #[test]
    fn conditions_come_before_the_range() {
        let ask = |method: &Method, pairs: &[(&str, &str)]| {
            let headers: HeaderMap = pairs
                .iter()
                .map(|(name, value)| {
                    (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap())
                })
                .collect();
            wanted(method, &headers, "\"a\"", 10)
        };

        assert_eq!(ask(&Method::GET, &[("range", "bytes=0-1"), ("if-range", "\"a\"")]), Wanted::Part(0..2));
        assert_eq!(ask(&Method::GET, &[("range", "bytes=0-1"), ("if-range", "\"b\"")]), Wanted::Whole);
        assert_eq!(ask(&Method::GET, &[("range", "bytes=0-1"), ("if-range", "W/\"a\"")]), Wanted::Whole);
        assert_eq!(ask(&Method::HEAD, &[("range", "bytes=0-1")]), Wanted::Whole);
        assert_eq!(ask(&Method::GET, &[("if-none-match", "\"x\", W/\"a\"")]), Wanted::Unchanged);
        assert_eq!(ask(&Method::GET, &[("if-none-match", "\"x\"")]), Wanted::Whole);
    }
}

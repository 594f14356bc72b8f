//! HTTP/1.1 by hand over one kept-alive connection: bytes out, one answer in.
//!
//! It never redirects, never retries and never adds a header, so that a test sends exactly what it says; the load
//! driver uses it too, because it costs almost nothing. Neither TLS nor HTTP/2.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longest head of an answer.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// A kept-alive connection to a server.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    /// What was read beyond the last answer.
    buffer: Vec<u8>,
}

/// An answer as it came over the wire, body without transfer coding.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The headers in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; compressed when the request allowed that.
    pub body: Vec<u8>,
}

impl Reply {
    /// The first header of a name given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// How the end of a body is told.
enum BodyEnd {
    Length(usize),
    Chunked,
    Close,
}

impl Connection {
    /// Connects; every read and write gives up after three minutes, so that a hanging server fails a test.
    ///
    /// # Errors
    /// When nobody listens there.
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(180)))?;
        stream.set_write_timeout(Some(Duration::from_secs(180)))?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 * 1024) })
    }

    /// Sends bytes.
    ///
    /// # Errors
    /// When the connection is gone.
    pub fn send(&mut self, request: &[u8]) -> io::Result<()> {
        self.stream.write_all(request)
    }

    /// Reads one whole answer; interim answers (1xx) are passed over.
    ///
    /// # Errors
    /// When the connection ends early or the bytes are not an HTTP answer.
    pub fn receive(&mut self, is_head: bool) -> io::Result<Reply> {
        loop {
            let (mut reply, head_length) = self.receive_head()?;
            self.buffer.drain(..head_length);
            if (100..200).contains(&reply.status) {
                continue;
            }
            if is_head || reply.status == 204 || reply.status == 304 {
                return Ok(reply);
            }
            reply.body = match body_end(&reply)? {
                BodyEnd::Length(length) => self.take(length)?,
                BodyEnd::Chunked => self.take_chunks()?,
                BodyEnd::Close => self.take_rest()?,
            };
            return Ok(reply);
        }
    }

    fn receive_head(&mut self) -> io::Result<(Reply, usize)> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; 64];
            let mut parsed = httparse::Response::new(&mut headers);
            match parsed.parse(&self.buffer).map_err(io::Error::other)? {
                httparse::Status::Complete(length) => {
                    let headers = parsed
                        .headers
                        .iter()
                        .map(|header| {
                            let value = String::from_utf8_lossy(header.value).into_owned();
                            (header.name.to_ascii_lowercase(), value)
                        })
                        .collect();
                    let status = parsed.code.unwrap_or_default();
                    return Ok((Reply { status, headers, body: Vec::new() }, length));
                }
                httparse::Status::Partial if self.buffer.len() > MAX_HEAD_BYTES => {
                    return Err(io::Error::other("the head of the answer does not end"));
                }
                httparse::Status::Partial => self.fill()?,
            }
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut chunk = [0; 16 * 1024];
        let length = self.stream.read(&mut chunk)?;
        if length == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection"));
        }
        self.buffer.extend_from_slice(chunk.get(..length).unwrap_or_default());
        Ok(())
    }

    fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.buffer.len() < length {
            self.fill()?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    fn take_line(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                let line: Vec<u8> = self.buffer.drain(..end + 2).take(end).collect();
                return String::from_utf8(line).map_err(io::Error::other);
            }
            self.fill()?;
        }
    }

    fn take_chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.take_line()?;
            let digits = line.split(';').next().unwrap_or_default().trim();
            let length = usize::from_str_radix(digits, 16).map_err(io::Error::other)?;
            body.extend(self.take(length)?);
            self.take(2)?;
            if length == 0 {
                return Ok(body);
            }
        }
    }

    fn take_rest(&mut self) -> io::Result<Vec<u8>> {
        loop {
            match self.fill() {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Ok(std::mem::take(&mut self.buffer));
                }
                Err(error) => return Err(error),
            }
        }
    }
}

fn body_end(reply: &Reply) -> io::Result<BodyEnd> {
    if reply.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        return Ok(BodyEnd::Chunked);
    }
    match reply.header("content-length") {
        Some(length) => length.trim().parse().map(BodyEnd::Length).map_err(io::Error::other),
        None => Ok(BodyEnd::Close),
    }
}

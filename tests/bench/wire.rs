//! A keep-alive HTTP/1.1 connection that costs the driver little: it shares two cores with what it measures.
//!
//! It reads status, Location, Set-Cookie, Content-Length and chunks, nothing else, and reuses its buffers.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Outcome;

/// What an answer said before its body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    /// `name=value` of every cookie set.
    pub(crate) cookies: Vec<String>,
    length: Option<usize>,
    is_chunked: bool,
    is_gzip: bool,
}

/// A connection with the last answer's body.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    body: Vec<u8>,
    is_gzip: bool,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(64 * 1024),
            body: Vec::with_capacity(64 * 1024),
            is_gzip: false,
        })
    }

    /// The body of the last answer as it was sent.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Whether the last answer came compressed.
    pub(crate) const fn is_compressed(&self) -> bool {
        self.is_gzip
    }

    /// The body of the last answer, decompressed.
    pub(crate) fn plain_body(&self) -> Outcome<Vec<u8>> {
        if !self.is_gzip {
            return Ok(self.body.clone());
        }
        let mut plain = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(self.body.as_slice()), &mut plain)?;
        Ok(plain)
    }

    /// Sends a request and reads its answer whole.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Outcome<Head> {
        self.stream.write_all(request).await?;
        self.body.clear();
        let (head, length) = loop {
            if let Some(found) = parse_head(&self.buffer)? {
                break found;
            }
            self.read_more().await?;
        };
        self.buffer.drain(..length);
        self.is_gzip = head.is_gzip;
        if head.is_chunked {
            self.read_chunks().await?;
        } else {
            self.take(head.length.unwrap_or(0)).await?;
        }
        Ok(head)
    }

    async fn read_more(&mut self) -> Outcome<()> {
        let read = self.stream.read_buf(&mut self.buffer).await?;
        if read == 0 { Err("the server closed the connection".into()) } else { Ok(()) }
    }

    /// Moves `length` bytes from the connection to the body.
    async fn take(&mut self, length: usize) -> Outcome<()> {
        while self.buffer.len() < length {
            self.read_more().await?;
        }
        self.body.extend(self.buffer.drain(..length));
        Ok(())
    }

    async fn read_chunks(&mut self) -> Outcome<()> {
        loop {
            let (at, size) = loop {
                match httparse::parse_chunk_size(&self.buffer) {
                    Ok(httparse::Status::Complete(found)) => break found,
                    Ok(httparse::Status::Partial) => self.read_more().await?,
                    Err(_) => return Err("a chunk without a size".into()),
                }
            };
            self.buffer.drain(..at);
            let size = usize::try_from(size)?;
            self.take(size).await?;
            while self.buffer.len() < 2 {
                self.read_more().await?;
            }
            self.buffer.drain(..2);
            if size == 0 {
                return Ok(());
            }
        }
    }
}

/// The head of an answer and its length in bytes, once it is there whole.
fn parse_head(bytes: &[u8]) -> Outcome<Option<(Head, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let length = match response.parse(bytes)? {
        httparse::Status::Complete(length) => length,
        httparse::Status::Partial => return Ok(None),
    };
    let mut head = Head { status: response.code.unwrap_or(0), ..Head::default() };
    for header in response.headers.iter() {
        let text = || std::str::from_utf8(header.value);
        if header.name.eq_ignore_ascii_case("content-length") {
            head.length = Some(text()?.parse()?);
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            head.is_chunked = true;
        } else if header.name.eq_ignore_ascii_case("content-encoding") {
            head.is_gzip = header.value == b"gzip";
        } else if header.name.eq_ignore_ascii_case("location") {
            head.location = Some(text()?.to_owned());
        } else if header.name.eq_ignore_ascii_case("set-cookie") {
            head.cookies.push(text()?.split(';').next().unwrap_or_default().to_owned());
        }
    }
    Ok(Some((head, length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        let bytes = b"HTTP/1.1 303 See Other\r\nLocation: /test\r\nset-cookie: a=b; Path=/\r\ncontent-length: 0\r\n\r\nx";

        let (head, length) = parse_head(bytes).unwrap().unwrap();

        assert_eq!((head.status, head.location.as_deref()), (303, Some("/test")));
        assert_eq!((head.cookies, head.length, length), (vec!["a=b".to_owned()], Some(0), bytes.len() - 1));
        assert_eq!(parse_head(&bytes[..20]).unwrap(), None);
    }
}

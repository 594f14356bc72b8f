//! A bare actix server in a process of its own, driven like the real one: what HTTP alone costs on this machine.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use actix_web::http::header::LOCATION;
use actix_web::{App, HttpResponse, HttpServer, web};

use crate::Outcome;
use crate::figures::{Latencies, per_second};
use crate::wire::Connection;

/// Connections that ask at once.
const CONNECTIONS: usize = 64;
/// Bytes of its page: about those of a scenario.
const PAGE_BYTES: usize = 16 * 1024;

/// A rate with the time that one took.
pub(crate) struct Rate {
    pub(crate) a_second: f64,
    pub(crate) times: Latencies,
}

/// What a server without any work does.
pub(crate) struct Bare {
    /// Requests answered with two bytes.
    pub(crate) requests: Rate,
    /// Steps: a post, a redirect, a page of 16 KiB.
    pub(crate) steps: Rate,
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Serves until it is killed; its first line of output is its address.
pub(crate) fn serve() -> Outcome<()> {
    let page = web::Data::new("<p>Bonjour</p>\n".repeat(PAGE_BYTES / 15));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(page.clone())
            .route("/", web::get().to(async || "ok"))
            .route("/step", web::post().to(redirect))
            .route("/page", web::get().to(show))
    })
    .workers(2)
    .bind(("127.0.0.1", 0))?;
    println!("{}", server.addrs().first().ok_or("no address")?);
    Ok(actix_web::rt::System::new().block_on(server.run())?)
}

async fn redirect(_: web::Form<Vec<(String, String)>>) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, "/page")).finish()
}

async fn show(page: web::Data<String>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page.as_str().to_owned())
}

/// Starts one and drives it.
pub(crate) fn measure(seconds: u32) -> Outcome<Bare> {
    let mut child =
        Command::new(std::env::current_exe()?).arg("--bare-server").stdout(Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().ok_or("no output")?;
    let _running = Running(child);
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    let address: SocketAddr = line.trim().parse()?;
    let get = format!("GET / HTTP/1.1\r\nhost: {address}\r\n\r\n");
    let body = "attempt=0190a0a0-0000-4000-8000-000000000001&epoch=1&language=fr&b1=0&v1=3&b2=0&v2=3&go=next";
    let post = format!(
        "POST /step HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let page = format!("GET /page HTTP/1.1\r\nhost: {address}\r\n\r\n");
    Ok(Bare { requests: drive(address, &[get], seconds)?, steps: drive(address, &[post, page], seconds)? })
}

/// Sends the same requests in turn on every connection; one round counts.
fn drive(address: SocketAddr, round: &[String], seconds: u32) -> Outcome<Rate> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let working = async {
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            connections.push(Connection::open(address).await?);
        }
        let began = Instant::now();
        let until = began + Duration::from_secs(u64::from(seconds));
        let tasks: Vec<_> = connections
            .into_iter()
            .map(|mut connection| {
                let round = round.to_vec();
                tokio::task::spawn_local(async move {
                    let mut times = Vec::new();
                    while Instant::now() < until {
                        let began = Instant::now();
                        for request in &round {
                            connection
                                .exchange(request.as_bytes())
                                .await
                                .map_err(|error| error.to_string())?;
                        }
                        times.push(began.elapsed());
                    }
                    Ok::<_, String>(times)
                })
            })
            .collect();
        let mut times = Vec::new();
        for task in tasks {
            times.extend(task.await??);
        }
        let a_second = per_second(times.len(), began.elapsed());
        Ok(Rate { a_second, times: Latencies::of(times.into_iter()) })
    };
    tokio::task::LocalSet::new().block_on(&runtime, working)
}

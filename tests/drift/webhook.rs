//! A webhook on the loopback.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// A webhook that answers from a list of statuses, the last one for ever.
pub(crate) struct Receiver {
    pub(crate) url: String,
    bodies: Arc<Mutex<Vec<Value>>>,
    statuses: Arc<Mutex<Vec<u16>>>,
}

pub(crate) const TOKEN: &str = "T0psecretT0ken";

impl Receiver {
    pub(crate) fn new(statuses: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let receiver = Self {
            url: format!("http://{}/services/{TOKEN}", listener.local_addr().unwrap()),
            bodies: Arc::default(),
            statuses: Arc::new(Mutex::new(statuses.to_vec())),
        };
        let (bodies, statuses) = (receiver.bodies.clone(), receiver.statuses.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream);
                let mut length = 0;
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).unwrap();
                    let line = line.to_ascii_lowercase();
                    if let Some(n) = line.strip_prefix("content-length:") {
                        length = n.trim().parse().unwrap();
                    }
                    if line.trim().is_empty() {
                        break;
                    }
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                bodies
                    .lock()
                    .unwrap()
                    .push(serde_json::from_slice(&body).unwrap());
                let mut left = statuses.lock().unwrap();
                let status = match left.len() {
                    1 => left[0],
                    _ => left.remove(0),
                };
                // It repeats what it was asked, as some do.
                let words = format!("no such hook: /services/{TOKEN}");
                let _ = write!(
                    reader.into_inner(),
                    "HTTP/1.1 {status} Whatever\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{words}",
                    words.len()
                );
            }
        });
        receiver
    }

    /// From now on it answers so.
    pub(crate) fn answers(&self, status: u16) {
        *self.statuses.lock().unwrap() = vec![status];
    }

    /// What has come since the last time.
    pub(crate) fn taken(&self) -> Vec<Value> {
        std::mem::take(&mut self.bodies.lock().unwrap())
    }
}

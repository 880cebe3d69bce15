//! What is measured against: a sandbox, and a server that has its answers ready.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;

use bytes::Bytes;
use linkwright_sandbox::{Sandbox, World};

use crate::shared::Size;

pub(crate) const ROUNDS: usize = 9;

/// Serves the sandbox from threads of its own.
pub(crate) fn serve_sandbox(size: &Size) -> String {
    let sandbox = Sandbox::new(World::from_yaml(&size.world()).expect("a consistent world"));
    let (tell, address) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
            let listener = listener.expect("a free port");
            let _ = tell.send(listener.local_addr().expect("its address"));
            let _ = linkwright_sandbox::serve(listener, sandbox, std::future::pending()).await;
        });
    });
    format!("http://{}", address.recv().expect("the server is up"))
}

/// Serves prepared bodies over connections that stay open.
pub(crate) fn serve_prepared(bodies: HashMap<String, Bytes>) -> String {
    let bodies = Arc::new(bodies);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let bodies = bodies.clone();
            std::thread::spawn(move || {
                let _ = stream.set_nodelay(true);
                let mut writer = stream.try_clone().expect("a second handle");
                let mut reader = BufReader::new(stream);
                let mut line = String::new();
                let mut path = String::new();
                loop {
                    line.clear();
                    match reader.read_line(&mut line) {
                        Ok(0) | Err(_) => return,
                        Ok(_) => {}
                    }
                    if let Some(rest) = line.strip_prefix("GET ") {
                        path = rest.split(' ').next().unwrap_or_default().to_owned();
                    }
                    if line != "\r\n" {
                        continue;
                    }
                    let body = bodies.get(&path).cloned().unwrap_or_default();
                    let head = format!(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                        body.len()
                    );
                    if writer.write_all(head.as_bytes()).is_err()
                        || writer.write_all(&body).is_err()
                    {
                        return;
                    }
                }
            });
        }
    });
    format!("http://{address}")
}

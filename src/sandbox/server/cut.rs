//! Connections that can be cut at a byte: how lost and torn answers are made.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Where a connection is to be cut.
#[derive(Debug, Clone, Copy, Default)]
enum Where {
    /// Nowhere.
    #[default]
    Never,
    /// After so many more bytes.
    After(usize),
    /// After so many bytes of the body: those that follow the blank line.
    AfterBody(usize),
}

/// The handle by which an answer has its connection cut.
#[derive(Debug, Clone, Default)]
pub(super) struct Cut(Arc<Mutex<Where>>);

impl Cut {
    /// Cuts the connection after so many more bytes.
    pub(super) fn after(&self, bytes: usize) {
        *self.lock() = Where::After(bytes);
    }

    /// Cuts the connection after so many bytes of the next body.
    pub(super) fn after_body(&self, bytes: usize) {
        *self.lock() = Where::AfterBody(bytes);
    }

    fn lock(&self) -> MutexGuard<'_, Where> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many of these bytes may still go out; `None`: all.
    fn allowed(&self, bytes: &[u8]) -> Option<usize> {
        let mut place = self.lock();
        if let Where::AfterBody(body) = *place
            && let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n")
        {
            *place = Where::After(head + 4 + body);
        }
        match *place {
            Where::After(left) => Some(left.min(bytes.len())),
            Where::Never | Where::AfterBody(_) => None,
        }
    }

    fn went_out(&self, bytes: usize) {
        if let Where::After(left) = &mut *self.lock() {
            *left = left.saturating_sub(bytes);
        }
    }
}

impl Connected<IncomingStream<'_, Listener>> for Cut {
    fn connect_info(stream: IncomingStream<'_, Listener>) -> Self {
        stream.io().cut.clone()
    }
}

/// A listener whose connections can be cut.
#[derive(Debug)]
pub(super) struct Listener(pub(super) TcpListener);

impl axum::serve::Listener for Listener {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Stream, SocketAddr) {
        let (stream, address) = axum::serve::Listener::accept(&mut self.0).await;
        (
            Stream {
                stream,
                cut: Cut::default(),
            },
            address,
        )
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection that can be cut.
#[derive(Debug)]
pub(super) struct Stream {
    stream: TcpStream,
    cut: Cut,
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let bytes = match self.cut.allowed(bytes) {
            Some(0) => return Poll::Ready(Err(std::io::ErrorKind::ConnectionAborted.into())),
            Some(some) => &bytes[..some],
            None => bytes,
        };
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if let Poll::Ready(Ok(written)) = written {
            self.cut.went_out(written);
        }
        written
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

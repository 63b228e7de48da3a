//! The real `okr` at a terminal: a person reads what it shows, and types.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};

/// How long a test waits for words that do not come before it fails.
const PATIENCE: Duration = Duration::from_mins(2);

/// What a person presses to stop a program, and to end input.
pub(crate) const CTRL_C: &str = "\x03";
pub(crate) const CTRL_D: &str = "\x04";

/// A terminal with an `okr` in it.
pub(crate) struct Terminal {
    pty: Arc<Pty>,
    child: Child,
    shown: Receiver<Vec<u8>>,
    bytes: Vec<u8>,
    /// How much of what was shown has been waited for.
    read: usize,
}

impl Terminal {
    /// Starts an `okr` on a day, in a window that is 80 columns wide.
    pub(crate) fn start(dir: &Path, today: &str, arguments: &[&str]) -> Self {
        let (pty, pts) = open().unwrap();
        pty.resize(Size::new(24, 80)).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_okr"))
            .args(arguments)
            .current_dir(dir)
            .env_clear()
            .env("OKR_TODAY", today)
            .env("TERM", "xterm-256color")
            .env("NO_COLOR", "1")
            .spawn(pts)
            .unwrap();
        let pty = Arc::new(pty);
        let (tell, shown) = channel();
        let from = Arc::clone(&pty);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // Once nobody has the terminal open any more, reading it fails.
            while let Ok(count @ 1..) = (&*from).read(&mut buffer) {
                if tell.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            pty,
            child,
            shown,
            bytes: Vec::new(),
            read: 0,
        }
    }

    /// Waits until these words are shown after those that were waited for before.
    pub(crate) fn until(&mut self, words: &str) {
        loop {
            let rest = String::from_utf8_lossy(&self.bytes[self.read..]).into_owned();
            if let Some(at) = rest.find(words) {
                self.read += at + words.len();
                return;
            }
            match self.shown.recv_timeout(PATIENCE) {
                Ok(more) => self.bytes.extend(more),
                Err(why) => panic!("{words:?} is not shown ({why}): {}", self.screen()),
            }
        }
    }

    /// Types something.
    pub(crate) fn press(&mut self, keys: &str) {
        (&*self.pty).write_all(keys.as_bytes()).unwrap();
    }

    /// Waits for a question, and answers it.
    pub(crate) fn answer(&mut self, question: &str, line: &str) {
        self.until(question);
        self.press(&format!("{line}\r"));
    }

    /// Waits for its end: all that was shown, what was typed among it, and how it ended.
    pub(crate) fn end(&mut self) -> (String, ExitStatus) {
        let status = self.child.wait().unwrap();
        while let Ok(more) = self.shown.recv_timeout(PATIENCE) {
            self.bytes.extend(more);
        }
        (self.screen(), status)
    }

    fn screen(&self) -> String {
        String::from_utf8_lossy(&self.bytes).replace('\r', "")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}

//! Plan and apply against the sandbox, through the real client on a real socket.

mod apply;
mod ending;
mod faults;
mod scene;

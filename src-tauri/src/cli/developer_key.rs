//! `foyer developer-key`.

use std::io::{self, Read};

use clap::{Args, Subcommand};
use foyer_acs::Secret;

use super::{DONE, Failure, print};
use crate::developer_key;

/// A longer text is no connection string.
const MAX_BYTES: u64 = 4 * 1024;

/// What `foyer developer-key` takes.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Keep the connection string that standard input brings in the system's keyring
    Set,
    /// Say whose key is kept
    Show,
    /// Forget it
    Forget,
}

/// Does it.
pub fn run(arguments: &Arguments) -> Result<u8, Failure> {
    match arguments.what {
        What::Set => {
            let mut text = String::new();
            io::stdin()
                .lock()
                .take(MAX_BYTES)
                .read_to_string(&mut text)?;
            let resource = developer_key::store(&Secret::new(text))?;
            print(&format!(
                "The key for {resource} is kept in the keyring. It is used while FOYER_DEVELOPER=1 is set."
            ))?;
        }
        What::Show => {
            let connection = developer_key::read()?;
            print(&format!("A key for {}", connection.endpoint.as_str()))?;
        }
        What::Forget => {
            let text = if developer_key::forget()? {
                "Forgotten"
            } else {
                "There was none"
            };
            print(text)?;
        }
    }
    Ok(DONE)
}

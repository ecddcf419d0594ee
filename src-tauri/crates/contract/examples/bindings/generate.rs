//! The TypeScript files of the contract, by name. Deterministic: the same types give the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use foyer_contract::armed::ArmedMeeting;
use foyer_contract::bridge::{Event, Numbered, Opening};
use foyer_contract::calling;
use foyer_contract::command::{CommandError, Commands, HandedLink};
use foyer_contract::event::CallEvent;
use foyer_contract::share_window::{ShareCommands, SharedApart};
use ts_rs::{Config, TS, TypeVisitor};

/// Who reads the files.
#[derive(Clone, Copy)]
pub enum Side {
    /// The UI: views, intents, commands.
    Ui,
    /// The calling window: the wire of the bridge, and the driver of the SDK.
    Calling,
}

impl Side {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Ui, Self::Calling];

    /// Its folder below `ui/`.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Ui => "src/contract",
            Self::Calling => "calling/wire/contract",
        }
    }
}

/// Every file with its text, `index.ts` included.
pub fn files(side: Side) -> BTreeMap<String, String> {
    let mut walk = Walk {
        config: Config::default(),
        files: BTreeMap::new(),
    };
    match side {
        Side::Ui => {
            walk.visit::<Commands>();
            walk.visit::<CommandError>();
            walk.visit::<HandedLink>();
            walk.visit::<CallEvent>();
            walk.visit::<ArmedMeeting>();
            walk.visit::<SharedApart>();
            walk.visit::<ShareCommands>();
        }
        Side::Calling => {
            walk.visit::<Opening>();
            walk.visit::<Numbered>();
            walk.visit::<Event>();
            walk.visit::<calling::Request>();
            walk.visit::<calling::Batch>();
        }
    }
    let mut index =
        String::from("// Generated from the Rust types by `cargo xtask bindings`. Do not edit.\n");
    for file in walk.files.keys() {
        let name = file.trim_end_matches(".ts");
        writeln!(index, "export type {{ {name} }} from \"./{name}\";")
            .expect("a String takes every text");
    }
    walk.files.insert("index.ts".into(), index);
    walk.files
}

/// Makes the folders below `ui` hold exactly these files; TypeScript files of types that are gone are removed.
#[allow(dead_code)] // The test of the committed files only compares.
pub fn write(ui: &Path) -> io::Result<()> {
    for side in Side::ALL {
        write_folder(&ui.join(side.folder()), &files(side))?;
    }
    Ok(())
}

#[allow(dead_code)] // As above.
fn write_folder(folder: &Path, files: &BTreeMap<String, String>) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".ts") && !files.contains_key(&name) {
            std::fs::remove_file(entry.path())?;
        }
    }
    for (name, text) in files {
        std::fs::write(folder.join(name), text)?;
    }
    Ok(())
}

struct Walk {
    config: Config,
    files: BTreeMap<String, String>,
}

impl TypeVisitor for Walk {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Types without a file of their own (numbers, tuples, `null`) still lead to others.
        if let Some(path) = T::output_path() {
            let name = path.to_string_lossy().into_owned();
            if self.files.contains_key(&name) {
                return;
            }
            let text = T::export_to_string(&self.config).expect("it has a path of its own");
            // The generator leaves blanks at line ends, which editors and git complain about.
            let mut lines: Vec<_> = text.lines().map(str::trim_end).collect();
            lines.push("");
            self.files.insert(name, lines.join("\n"));
        }
        T::visit_dependencies(self);
    }
}

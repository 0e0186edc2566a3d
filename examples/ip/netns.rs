//! `ip netns`.
use std::{
    ffi::OsString,
    fs, io,
    os::unix::{fs::MetadataExt, process::CommandExt},
    process::Command,
};

use nlroute::{Error, ErrorKind, Netns, NetnsId};

use crate::{
    context::{Context, errno_text},
    help,
    words::{self, Done, Stop, Words, invalid, matches, matches_any},
};

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    let Some(word) = words.next() else {
        return list(context);
    };
    let odd = |name: &str| {
        name.is_empty() || name.len() > 255 || name.contains('/') || name == "." || name == ".."
    };
    if let Some(name) = words
        .peek()
        .filter(|name| odd(name) && !context.options.all)
    {
        return Stop::SENSELESS.say(format_args!("Invalid netns name \"{name}\""));
    }
    match word {
        _ if matches_any(word, &["list", "show", "lst"]) => list(context),
        _ if matches(word, "help") => help::netns(),
        _ if matches(word, "add") => add(words),
        _ if matches(word, "set") => set(context, words),
        _ if matches(word, "delete") => delete(context, words),
        _ if matches(word, "identify") => identify(words),
        _ if matches(word, "pids") => pids(words),
        _ if matches(word, "exec") => exec(context, words),
        _ if matches(word, "attach") => attach(words),
        _ => Stop::SENSELESS.say(format_args!(
            "Command \"{word}\" is unknown, try \"ip netns help\"."
        )),
    }
}

fn why(error: &Error) -> String {
    match error.errno() {
        Some(errno) => errno_text(errno),
        None => error.to_string(),
    }
}

fn why_io(error: &io::Error) -> String {
    errno_text(error.raw_os_error().unwrap_or(libc::EIO))
}

fn path(name: &str) -> String {
    format!("{}/{name}", Netns::DIRECTORY)
}

/// All names, in the directory's own order.
fn names() -> Vec<OsString> {
    let entries = fs::read_dir(Netns::DIRECTORY).into_iter().flatten();
    entries.flatten().map(|entry| entry.file_name()).collect()
}

/// The number that this namespace knows one by, if it has one.
fn number_of(context: &mut Context, name: &OsString) -> Option<i32> {
    let netns = Netns::open(name).ok()?;
    context.host.netnsid_of(&netns).ok().flatten()
}

/// The name of the namespace that has this number here.
pub fn name_of(context: &mut Context, nsid: i32) -> Option<String> {
    if context.nsids.is_none() {
        let mut known = Vec::new();
        for name in names() {
            if let Some(id) = number_of(context, &name) {
                known.push((id, name.to_string_lossy().into_owned()));
            }
        }
        context.nsids = Some(known);
    }
    let known = context.nsids.iter().flatten();
    known
        .filter(|(id, _)| *id == nsid)
        .map(|(_, name)| name.clone())
        .next()
}

fn list(context: &mut Context) -> Done {
    if !fs::exists(Netns::DIRECTORY).unwrap_or(false) {
        return Ok(());
    }
    context.out.begin();
    for name in names() {
        let id = number_of(context, &name);
        let name = name.to_string_lossy().into_owned();
        let out = &mut *context.out;
        out.open(None);
        out.field("name", "{}", &name);
        out.opt("id", " (id: {})", id);
        out.str("\n");
        out.close();
    }
    context.out.end();
    Ok(())
}

fn add(words: &mut Words<'_>) -> Done {
    let Some(name) = words.next() else {
        return Stop::FAILED.say("No netns name specified");
    };
    match Netns::create(name) {
        Ok(_) => Ok(()),
        Err(error) if error.is_exists() => Stop::FAILED.say(format_args!(
            "Cannot create namespace file \"{}\": {}",
            path(name),
            why(&error)
        )),
        Err(error) => Stop::FAILED.say(format_args!(
            "Failed to create a new network namespace \"{name}\": {}",
            why(&error)
        )),
    }
}

fn attach(words: &mut Words<'_>) -> Done {
    let (Some(name), Some(pid)) = (words.next(), words.next()) else {
        return Stop::FAILED.say("No netns name and PID specified");
    };
    let Some(number) = words::number::<u32>(pid).filter(|pid| *pid > 0) else {
        return Stop::FAILED.say(format_args!("Invalid PID: {pid}"));
    };
    let attached = Netns::of_pid(number).and_then(|netns| netns.give_name(name));
    match attached {
        Ok(_) => Ok(()),
        Err(error) if error.is_exists() => Stop::FAILED.say(format_args!(
            "Cannot create namespace file \"{}\": {}",
            path(name),
            why(&error)
        )),
        Err(error) => Stop::FAILED.say(format_args!(
            "Bind /proc/{number}/ns/net -> {} failed: {}",
            path(name),
            why(&error)
        )),
    }
}

fn delete(context: &mut Context, words: &mut Words<'_>) -> Done {
    let chosen = match words.next() {
        _ if context.options.all => names(),
        Some(name) => vec![name.into()],
        None => return Stop::FAILED.say("No netns name specified"),
    };
    for name in chosen {
        if let Err(error) = Netns::delete(&name) {
            let name = name.to_string_lossy();
            return Stop::FAILED.say(format_args!(
                "Cannot remove namespace file \"{}\": {}",
                path(&name),
                why(&error)
            ));
        }
    }
    Ok(())
}

fn set(context: &mut Context, words: &mut Words<'_>) -> Done {
    let Some(name) = words.next() else {
        return Stop::FAILED.say("No netns name specified");
    };
    let Some(word) = words.next() else {
        return Stop::FAILED.say("No nsid specified");
    };
    let id = match word {
        "auto" => -1,
        word => match words::number::<i32>(word) {
            Some(id) => id,
            None => return invalid("Invalid \"netnsid\" value", word),
        },
    };
    let netns = match Netns::open(name) {
        Ok(netns) => netns,
        Err(error) => {
            return Stop::FAILED.say(format_args!(
                "Cannot open network namespace \"{name}\": {}",
                why(&error)
            ));
        }
    };
    let done = context.host.add(NetnsId::new().fd(&netns).nsid(id));
    context.talk(done)
}

/// The device and inode number of a process's namespace.
fn of_process(pid: &str) -> io::Result<(u64, u64)> {
    let found = fs::metadata(format!("/proc/{pid}/ns/net"))?;
    Ok((found.dev(), found.ino()))
}

fn identify(words: &mut Words<'_>) -> Done {
    let pid = words.next().unwrap_or("self");
    if words.peek().is_some() {
        return Stop::FAILED.say("extra arguments specified");
    } else if pid != "self" && !pid.bytes().all(|c| c.is_ascii_digit()) {
        return Stop::FAILED.say(format_args!("Specified string '{pid}' is not a pid"));
    }
    let own = match of_process(pid) {
        Ok(own) => own,
        Err(error) => {
            return Stop::FAILED.say(format_args!(
                "Cannot open network namespace: {}",
                why_io(&error)
            ));
        }
    };
    let is = |name: &OsString| {
        let found = fs::metadata(std::path::Path::new(Netns::DIRECTORY).join(name));
        found.is_ok_and(|found| (found.dev(), found.ino()) == own)
    };
    let found = names().into_iter().rfind(is);
    println!("{}", found.unwrap_or_default().to_string_lossy());
    Ok(())
}

fn pids(words: &mut Words<'_>) -> Done {
    let Some(name) = words.next() else {
        return Stop::FAILED.say("No netns name specified");
    };
    if words.peek().is_some() {
        return Stop::FAILED.say("extra arguments specified");
    }
    let own = match Netns::open(name).and_then(|netns| netns.id()) {
        Ok(own) => own,
        Err(error) => {
            return Stop::FAILED.say(format_args!(
                "Cannot open network namespace: {}",
                why(&error)
            ));
        }
    };
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_pid = name.bytes().all(|c| c.is_ascii_digit());
        if is_pid && of_process(&name).is_ok_and(|found| found == own) {
            println!("{name}");
        }
    }
    Ok(())
}

/// A command to be run in a namespace.
fn command(name: &str, program: &[String]) -> Done<Command> {
    let (Some(first), rest) = (program.first(), program.get(1..).unwrap_or(&[])) else {
        return Stop::FAILED.say("No command specified");
    };
    let mut command = Command::new(first);
    command.args(rest);
    let applied = Netns::open(name).and_then(|netns| netns.apply(&mut command).map(drop));
    match applied {
        Ok(()) => Ok(command),
        Err(error) => {
            // The crate asks whether it is a namespace before it enters.
            let says = match error.kind() {
                ErrorKind::Invalid { .. } => errno_text(libc::EINVAL),
                _ => why(&error),
            };
            let stop = Stop {
                code: 255,
                exits: false,
            };
            stop.say(format_args!(
                "Cannot open network namespace \"{name}\": {says}"
            ))
        }
    }
}

fn exec(context: &mut Context, words: &mut Words<'_>) -> Done {
    let all = context.options.all;
    let name = match words.next() {
        Some(name) => name,
        None => {
            let what = if all { "command" } else { "netns name" };
            return Stop::FAILED.say(format_args!("No {what} specified"));
        }
    };
    context.out.flush();
    if all {
        let mut program = vec![name.to_owned()];
        program.extend(words.rest().iter().cloned());
        for name in names() {
            let name = name.to_string_lossy();
            println!("\nnetns: {name}");
            let mut child = command(&name, &program)?;
            let _ = child.status();
        }
        return Ok(());
    }
    let program = words.rest();
    let mut child = command(name, program)?;
    let failed = |error: &io::Error| {
        let program = program.first().map_or("", String::as_str);
        eprintln!("exec of \"{program}\" failed: {}", why_io(error));
    };
    if !context.in_batch {
        let error = child.exec();
        failed(&error);
        return Err(Stop {
            code: 1,
            exits: true,
        });
    }
    match child.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Stop {
            code: status.code().unwrap_or(1) as u8,
            exits: false,
        }),
        Err(error) => {
            failed(&error);
            Err(Stop::FAILED)
        }
    }
}

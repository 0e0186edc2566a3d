//! The directory of names, as a mount whose changes are seen wherever it is.
use std::{
    ffi::CStr,
    fs::{DirBuilder, File},
    io,
    os::{fd::AsFd, unix::fs::DirBuilderExt},
};

use super::{Asked, Netns};
use crate::{
    error::{Error, Result},
    sys,
};

const DIRECTORY: &CStr = c"/run/netns";

/// Sees to it that names made in the directory are seen, and their removal too, wherever the
/// directory is.
///
/// That takes a mount of its own, shared with its copies. Whoever is first makes it, under the
/// directory's lock, which `ip netns` takes as well: two mounts on top of each other would hide
/// the names made in between.
#[inline]
pub(super) fn prepare(asked: Asked<'_>) -> Result<()> {
    let failed = |error| Error::system(asked, error);
    match share() {
        Ok(()) => return Ok(()),
        Err(error) => match error.raw_os_error() {
            Some(libc::ENOENT) => match DirBuilder::new().mode(0o755).create(Netns::DIRECTORY) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(failed(error));
                }
                _ => {}
            },
            // It's no mount yet.
            Some(libc::EINVAL) => {}
            _ => return Err(failed(error)),
        },
    }
    let directory = File::open(Netns::DIRECTORY).map_err(failed)?;
    sys::lock_exclusively(directory.as_fd()).map_err(failed)?;
    match share() {
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {
            sys::mount(
                DIRECTORY,
                DIRECTORY,
                None,
                libc::MS_BIND | libc::MS_REC,
                None,
            )
            .map_err(failed)?;
            share().map_err(failed)
        }
        result => result.map_err(failed),
    }
}

#[inline]
fn share() -> io::Result<()> {
    sys::mount(c"", DIRECTORY, None, libc::MS_SHARED | libc::MS_REC, None)
}

//! The smallest program: index and name of every link, a line each.
use nlroute::{
    Connection,
    link::{ExtMask, Links},
};
use std::io::{BufWriter, Write};

fn main() -> nlroute::Result<()> {
    let mut host = Connection::open()?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut links = host.dump(Links::all().ext_mask(ExtMask::SKIP_STATS))?;
    while let Some(link) = links.next()? {
        // Whoever stops reading has read enough.
        if writeln!(out, "{} {}", link.index(), link.name()).is_err() {
            break;
        }
    }
    Ok(())
}

//! Pages of those who come from other crates: what is called there, and here. What is called here is
//! compiled; what is called there was, when its row was written, with the version that the page
//! names.
mod neli;
#[path = "../common/page.rs"]
mod page_of_calls;
mod rtnetlink;

use page_of_calls::{check, entries, tables};

/// Code that is compiled only.
macro_rules! rows {
    ($host:ident; $(# $head:literal; $($theirs:literal => $ours:expr;)*)*) => {
        $($(const _: fn(&mut nlroute::Connection) -> Result<(), Box<dyn std::error::Error>> = {
            #[allow(unused_variables)]
            fn call($host: &mut nlroute::Connection) -> Result<(), Box<dyn std::error::Error>> {
                let _ = $ours;
                Ok(())
            }
            call
        };)*)*
    };
}
use rows;

#[test]
fn pages() {
    let from = |name: &str, source, kept| {
        let tables = tables(&entries(source), "##", &format!("`{name}`"));
        let page = format!("docs/from/{name}.md");
        check(&page, kept, &tables, "cargo test --test from");
    };
    from(
        "rtnetlink",
        include_str!("rtnetlink.rs"),
        include_str!("../../docs/from/rtnetlink.md"),
    );
    from(
        "neli",
        include_str!("neli.rs"),
        include_str!("../../docs/from/neli.md"),
    );
}

//! `ip address save`, `restore` and `showdump`.
use nlroute::address::{AddressTable, AddressView};

use super::show::{self, AddressFilter};
use crate::{
    context::Context,
    saved::{self, Magic},
    words::{Done, Stop, Words},
};

const MAGIC: Magic = Magic {
    number: 0x4736_1222,
    what: "address",
};

pub fn save(context: &mut Context, words: &mut Words<'_>) -> Done {
    let filter = AddressFilter::of(context, words)?;
    saved::may_save()?;
    let listed = filter.listed(context)?;
    // All that the kernel told, as iproute2 has it.
    saved::save(MAGIC, listed.messages())
}

pub fn restore(context: &mut Context) -> Done {
    let bytes = saved::read(MAGIC, Stop::SENSELESS)?;
    saved::each(&bytes, Stop::SENSELESS, |message| {
        let done = saved::again::<AddressTable>(context, message);
        done.map_err(|_| Stop::SENSELESS)
    })
}

pub fn show(context: &mut Context) -> Done {
    let bytes = saved::read(MAGIC, Stop::SENSELESS)?;
    context.out.begin();
    context.out.open(None);
    context.out.open_array_json("addr_info");
    let done = saved::each(&bytes, Stop::SENSELESS, |message| {
        if let Ok(address) = AddressView::parse(message.body()) {
            context.out.open(None);
            context.out.field("index", "if{}:", address.index());
            context.out.line();
            show::show(context, &address, &AddressFilter::default(), false);
            context.out.close();
        }
        Ok(())
    });
    context.out.close_array_json();
    context.out.close();
    context.out.end();
    done
}

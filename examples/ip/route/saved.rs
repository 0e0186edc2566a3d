//! `ip route save`, `restore` and `showdump`.
use nlroute::{
    Listing,
    route::{RouteAttributeTable, RouteView},
};

use super::{Filter, list, show};
use crate::{
    context::Context,
    print::Text,
    saved::{self, Magic},
    words::{Done, Stop, Words},
};

const MAGIC: Magic = Magic {
    number: 0x4531_1224,
    what: "route",
};

pub fn save(context: &mut Context, words: &mut Words<'_>) -> Done {
    let (filter, family) = list::parse(context, words)?;
    saved::may_save()?;
    let listed = context.host.list(list::query(&filter, family));
    let listed = context.list(listed.or_else(Listing::interrupted), Stop::REFUSED)?;
    let meant = listed.messages().filter(|message| {
        let view = RouteView::parse(message.body());
        view.is_ok_and(|route| filter.keeps(&route))
    });
    saved::save(MAGIC, meant)
}

/// When a route can be made: those of own addresses first, then those of links, then by gateways.
fn round(route: &RouteView<'_>) -> Option<u8> {
    let own = route.source();
    let of_itself = own.is_some() && own == route.destination_address();
    match (route.gateway().is_some(), own) {
        (true, _) => Some(2),
        (false, None) => Some(0),
        (false, Some(_)) if of_itself => Some(0),
        (false, Some(_)) => Some(1),
    }
}

pub fn restore(context: &mut Context) -> Done {
    let bytes = saved::read(MAGIC, Stop::FAILED)?;
    for now in 0..3 {
        saved::each(&bytes, Stop::REFUSED, |message| {
            let route = RouteView::parse(message.body()).ok();
            if route.and_then(|route| round(&route)) == Some(now) {
                saved::again::<RouteAttributeTable>(context, message)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

pub fn show(context: &mut Context) -> Done {
    let bytes = saved::read(MAGIC, Stop::FAILED)?;
    // It is always text.
    context.out = Box::new(Text::new(context.options.oneline));
    saved::each(&bytes, Stop::REFUSED, |message| {
        if let Ok(route) = RouteView::parse(message.body()) {
            show::route(context, &route, &Filter::default(), false);
        }
        Ok(())
    })
}

//! Neighbours.
use nlroute::{Neighbour, Neighbours, neighbour::NeighbourState};

use super::{Call, rows};

pub fn calls() -> Vec<Call> {
    rows! { host;
        # "ip neigh";
        "ip neigh add 192.168.0.9 lladdr 02:00:00:00:00:09 dev v0"
            => host.add(Neighbour::new("v0", "192.168.0.9".parse()?).lladdr([2, 0, 0, 0, 0, 9]))?;
        "ip neigh replace 192.168.0.9 lladdr 02:00:00:00:00:0a dev v0"
            => host.replace(Neighbour::new("v0", "192.168.0.9".parse()?).lladdr([2, 0, 0, 0, 0, 10]))?;
        "ip neigh change 192.168.0.9 nud probe dev v0"
            => host.change(Neighbour::new("v0", "192.168.0.9".parse()?).state(NeighbourState::PROBE))?;
        "ip neigh add proxy 192.168.0.10 dev v0" => host.add(Neighbour::new("v0", "192.168.0.10".parse()?).proxy())?;
        "ip neigh del 192.168.0.9 dev v0" => host.delete(Neighbour::new("v0", "192.168.0.9".parse()?))?;
        "ip neigh get 192.168.0.9 dev v0" => host.get(Neighbour::new("v0", "192.168.0.9".parse()?))?;
        "ip neigh show" => host.list(Neighbours::all())?;
        "ip neigh show dev v0" => host.list(Neighbours::all().link("v0"))?;
    }
}

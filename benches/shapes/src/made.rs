/// What is done with the three tables of a shape: written once, compiled in the module of each.
macro_rules! operations {
    () => {
        use std::hint::black_box;

        use crate::operations::{Input, Shape, decode, repeat};

        struct Pair<'a>(LinkAttributes<'a>, LinkAttributes<'a>);

        fn make_veth<'a>(input: &Input<'a>) -> Pair<'a> {
            let end = LinkAttributes::new().name(input.name).master(input.master);
            let peer = LinkAttributes::new().name(input.peer);
            Pair(end, peer.netns(NetnsRef::Fd(input.netns)))
        }

        fn encode_veth(
            Pair(end, peer): &Pair<'_>,
            out: &mut Writer<'_>,
        ) -> Result<(), EncodeError> {
            let up = LinkHeader {
                flags: 1,
                change: 1,
                ..Default::default()
            };
            let message = out.begin(libc::RTM_NEWLINK, 0x605);
            out.bytes(&up.to_bytes());
            end.encode(out)?;
            let linkinfo = out.begin_nest(18);
            out.attribute(1, b"veth")?;
            let data = out.begin_nest(2);
            let nest = out.begin_nest(1);
            out.bytes(&LinkHeader::default().to_bytes());
            peer.encode(out)?;
            out.end_attribute(nest)?;
            out.end_attribute(data)?;
            out.end_attribute(linkinfo)?;
            out.end(message)
        }

        fn make_bridge<'a>(input: &Input<'a>) -> (LinkAttributes<'a>, BridgeData<'a>) {
            let data = BridgeData::new()
                .stp_state(StpState::Kernel)
                .forward_delay(input.times[0])
                .ageing_time(input.times[1])
                .vlan_filtering(true)
                .priority(4096);
            (LinkAttributes::new().name(input.name), data)
        }

        fn encode_bridge(
            (link, bridge): &(LinkAttributes<'_>, BridgeData<'_>),
            out: &mut Writer<'_>,
        ) -> Result<(), EncodeError> {
            let up = LinkHeader {
                flags: 1,
                change: 1,
                ..Default::default()
            };
            let message = out.begin(libc::RTM_NEWLINK, 0x605);
            out.bytes(&up.to_bytes());
            link.encode(out)?;
            let linkinfo = out.begin_nest(18);
            out.attribute(1, b"bridge")?;
            let data = out.begin_nest(2);
            bridge.encode(out)?;
            out.end_attribute(data)?;
            out.end_attribute(linkinfo)?;
            out.end(message)
        }

        struct Address<'a>(AddressHeader, IpAddr, AddressAttributes<'a>);

        fn make_address<'a>(input: &Input<'a>) -> Address<'a> {
            let header = AddressHeader {
                family: libc::AF_INET as u8,
                prefix_len: input.prefix,
                index: input.master,
                ..Default::default()
            };
            let ip = IpAddr::from(input.ip);
            Address(header, ip, AddressAttributes::new().peer(ip))
        }

        fn encode_address(
            Address(header, local, attributes): &Address<'_>,
            out: &mut Writer<'_>,
        ) -> Result<(), EncodeError> {
            let message = out.begin(libc::RTM_NEWADDR, 0x605);
            out.bytes(&header.to_bytes());
            IpBytes::put(libc::IFA_LOCAL, local, out)?;
            attributes.encode(out)?;
            out.end(message)
        }

        #[inline(always)]
        fn six(link: &LinkView<'_>) {
            black_box(link.body.get::<IfName>(3));
            black_box((link.mtu(), link.operstate(), link.address()));
            let linkinfo = link.body.get::<Bytes>(18).unwrap_or_default();
            black_box(Attributes::new(linkinfo).find(1));
            black_box(link.master());
        }

        /// The shape, ready to be counted.
        pub const SHAPE: Shape = Shape {
            name: {
                let path = module_path!();
                path.split_at(path.len() - (path.len() - "nlroute_shapes::".len()))
                    .1
            },
            messages: |input| {
                let (mut veth, mut bridge, mut address) = (Vec::new(), Vec::new(), Vec::new());
                encode_veth(&make_veth(input), &mut Writer::new(&mut veth)).expect("fits");
                encode_bridge(&make_bridge(input), &mut Writer::new(&mut bridge)).expect("fits");
                encode_address(&make_address(input), &mut Writer::new(&mut address)).expect("fits");
                [veth, bridge, address]
            },
            operations: &[
                ("make-veth", |input, times| {
                    repeat(input, times, |input, out| {
                        encode_veth(&make_veth(input), out).expect("fits");
                    });
                }),
                ("encode-veth", |input, times| {
                    let made = make_veth(input);
                    repeat(&made, times, |made, out| {
                        encode_veth(made, out).expect("fits")
                    });
                }),
                ("make-bridge", |input, times| {
                    repeat(input, times, |input, out| {
                        encode_bridge(&make_bridge(input), out).expect("fits");
                    });
                }),
                ("encode-bridge", |input, times| {
                    let made = make_bridge(input);
                    repeat(&made, times, |made, out| {
                        encode_bridge(made, out).expect("fits")
                    });
                }),
                ("make-address", |input, times| {
                    repeat(input, times, |input, out| {
                        encode_address(&make_address(input), out).expect("fits");
                    });
                }),
                ("encode-address", |input, times| {
                    let made = make_address(input);
                    repeat(&made, times, |made, out| {
                        encode_address(made, out).expect("fits")
                    });
                }),
                ("decode-6", |_, times| {
                    decode(times, |body| six(&LinkView::parse(body).expect("a link")));
                }),
                ("decode-20", |_, times| {
                    decode(times, |body| {
                        let link = LinkView::parse(body).expect("a link");
                        six(&link);
                        black_box((link.broadcast(), link.txqlen(), link.linkmode()));
                        black_box((link.group(), link.num_tx_queues(), link.num_rx_queues()));
                        black_box((link.carrier(), link.carrier_changes(), link.qdisc()));
                        black_box((link.gso_max_segs(), link.gso_max_size(), link.min_mtu()));
                        black_box((link.max_mtu(), link.promiscuity()));
                    });
                }),
            ],
            sizes: &[
                ("link request", size_of::<LinkAttributes<'_>>()),
                ("bridge request", size_of::<BridgeData<'_>>()),
                ("address request", size_of::<AddressAttributes<'_>>()),
                ("link view", size_of::<LinkView<'_>>()),
                ("bridge view", size_of::<BridgeView<'_>>()),
                ("address view", size_of::<AddressView<'_>>()),
            ],
        };
    };
}

//! The attributes of nf_tables (`linux/netfilter/nf_tables.h`) that the rules here have: one line
//! each, as the crate's own are.
#![allow(dead_code)] // Who uses the rules doesn't read all of them.
use nlroute::wire::{Be32, Be64, Bytes, Nest, Str, Text};

nlroute::record! {
    /// What stands before the attributes.
    pub struct NfGen "nfgenmsg" 4 from 4;
    0 nfgen_family family: u8 = "Family, `NFPROTO_*`.";
    1 version version: u8 = "0.";
    2 res_id res_id: u16 = "Of a batch its subsystem, in network order.";
}

nlroute::table! {
    /// A table of rules.
    table TableTable "table" after NfGen;
    /// A table of rules, read.
    view TableView;
    /// A table of rules.
    request TableData;

    rw 1 NFTA_TABLE_NAME name: Text<'_> | &'a str as Str = "Its name.";
    ro 3 NFTA_TABLE_USE chains: u32 as Be32 = "How many chains it has.";
}

nlroute::table! {
    /// Where a chain is hooked in.
    table HookTable "hook";
    /// Where a chain is hooked in, read.
    view HookView;
    /// Where a chain is hooked in.
    request Hook;

    rw 1 NFTA_HOOK_HOOKNUM number: u32 as Be32 = "The hook, `NF_INET_*`.";
    rw 2 NFTA_HOOK_PRIORITY priority: u32 as Be32 = "Its place among others; signed.";
}

nlroute::table! {
    /// A chain of rules.
    table ChainTable "chain" after NfGen;
    /// A chain of rules, read.
    view ChainView;
    /// A chain of rules.
    request ChainData;

    rw 1 NFTA_CHAIN_TABLE table: Text<'_> | &'a str as Str = "Its table.";
    rw 3 NFTA_CHAIN_NAME name: Text<'_> | &'a str as Str = "Its name.";
    rw 4 NFTA_CHAIN_HOOK hook: HookView<'_> | Hook<'a> as Nest<HookTable> = "Where it is hooked in.";
    rw 7 NFTA_CHAIN_TYPE kind: Text<'_> | &'a str as Str = "`nat`, `filter` or `route`.";
}

nlroute::table! {
    /// A rule.
    table RuleTable "rule" after NfGen;
    /// A rule, read.
    view RuleView;
    /// A rule.
    request RuleData;

    rw 1 NFTA_RULE_TABLE table: Text<'_> | &'a str as Str = "Its table.";
    rw 2 NFTA_RULE_CHAIN chain: Text<'_> | &'a str as Str = "Its chain.";
    rw 3 NFTA_RULE_HANDLE handle: u64 as Be64 = "Its number, by which it is deleted.";
    rw 4 NFTA_RULE_EXPRESSIONS expressions: &[u8] | &'a [u8] as Bytes
        = "What it does, step by step.";
    rw 7 NFTA_RULE_USERDATA userdata: &[u8] | &'a [u8] as Bytes
        = "What whoever made it wrote down beside it.";
}

nlroute::table! {
    /// A step of a rule, its data aside, which each has of its own.
    table StepTable "step";
    /// A step of a rule, read.
    view StepView;
    /// A step of a rule.
    request StepData;

    rw 1 NFTA_EXPR_NAME name: Text<'_> | &'a str as Str = "Its name.";
    ro 2 NFTA_EXPR_DATA data: &[u8] as Bytes = "What it is given.";
}

nlroute::table! {
    /// A value of a step.
    table ValueTable "value";
    /// A value of a step, read.
    view ValueView;
    /// A value of a step.
    request Value;

    rw 1 NFTA_DATA_VALUE value: &[u8] | &'a [u8] as Bytes = "Its bytes.";
}

nlroute::table! {
    /// `payload`: part of a packet goes into a register.
    table PayloadTable "payload";
    /// Part of a packet, read.
    view PayloadView;
    /// Part of a packet.
    request Payload;

    rw 1 NFTA_PAYLOAD_DREG dreg: u32 as Be32 = "The register.";
    rw 2 NFTA_PAYLOAD_BASE base: u32 as Be32 = "Which header, `NFT_PAYLOAD_*_HEADER`.";
    rw 3 NFTA_PAYLOAD_OFFSET offset: u32 as Be32 = "How far into it, in bytes.";
    rw 4 NFTA_PAYLOAD_LEN length: u32 as Be32 = "How many bytes.";
}

nlroute::table! {
    /// `meta`: what is known of a packet beside its bytes goes into a register.
    table MetaTable "meta";
    /// What is known of a packet, read.
    view MetaView;
    /// What is known of a packet.
    request Meta;

    rw 1 NFTA_META_DREG dreg: u32 as Be32 = "The register.";
    rw 2 NFTA_META_KEY key: u32 as Be32 = "What, `NFT_META_*`.";
}

nlroute::table! {
    /// `fib`: what the routes say of a packet's address goes into a register.
    table FibTable "fib";
    /// What the routes say, read.
    view FibView;
    /// What the routes say.
    request Fib;

    rw 1 NFTA_FIB_DREG dreg: u32 as Be32 = "The register.";
    rw 2 NFTA_FIB_RESULT result: u32 as Be32 = "What is asked, `NFT_FIB_RESULT_*`.";
    rw 3 NFTA_FIB_FLAGS flags: u32 as Be32 = "Of which address, `NFTA_FIB_F_*`.";
}

nlroute::table! {
    /// `bitwise`: a register's bits are masked.
    table BitwiseTable "bitwise";
    /// A mask, read.
    view BitwiseView;
    /// A mask.
    request Bitwise;

    rw 1 NFTA_BITWISE_SREG sreg: u32 as Be32 = "The register.";
    rw 2 NFTA_BITWISE_DREG dreg: u32 as Be32 = "Where it goes.";
    rw 3 NFTA_BITWISE_LEN length: u32 as Be32 = "How many bytes.";
    rw 4 NFTA_BITWISE_MASK mask: ValueView<'_> | Value<'a> as Nest<ValueTable> = "Bits that stay.";
    rw 5 NFTA_BITWISE_XOR xor: ValueView<'_> | Value<'a> as Nest<ValueTable> = "Bits that flip.";
}

nlroute::table! {
    /// `cmp`: a rule goes on if a register compares so.
    table CompareTable "cmp";
    /// A comparison, read.
    view CompareView;
    /// A comparison.
    request Compare;

    rw 1 NFTA_CMP_SREG sreg: u32 as Be32 = "The register.";
    rw 2 NFTA_CMP_OP operation: u32 as Be32 = "How, `NFT_CMP_*`.";
    rw 3 NFTA_CMP_DATA data: ValueView<'_> | Value<'a> as Nest<ValueTable> = "With what.";
}

nlroute::table! {
    /// `immediate`: a value goes into a register.
    table ImmediateTable "immediate";
    /// A value for a register, read.
    view ImmediateView;
    /// A value for a register.
    request Immediate;

    rw 1 NFTA_IMMEDIATE_DREG dreg: u32 as Be32 = "The register.";
    rw 2 NFTA_IMMEDIATE_DATA data: ValueView<'_> | Value<'a> as Nest<ValueTable> = "The value.";
}

nlroute::table! {
    /// `nat`: a packet's address and port are replaced.
    table NatTable "nat";
    /// A replacement, read.
    view NatView;
    /// A replacement.
    request Nat;

    rw 1 NFTA_NAT_TYPE kind: u32 as Be32 = "Of which end, `NFT_NAT_*`.";
    rw 2 NFTA_NAT_FAMILY family: u32 as Be32 = "Family of the address.";
    rw 3 NFTA_NAT_REG_ADDR_MIN address: u32 as Be32 = "The register of the address.";
    rw 5 NFTA_NAT_REG_PROTO_MIN port: u32 as Be32 = "The register of the port.";
}

nlroute::table! {
    /// `masq`: a packet's source becomes the address of the link that it leaves by.
    table MasqueradeTable "masq";
    /// A masquerade, read.
    view MasqueradeView;
    /// A masquerade.
    request Masquerade;

    rw 1 NFTA_MASQ_FLAGS flags: u32 as Be32 = "`NF_NAT_RANGE_*`.";
}

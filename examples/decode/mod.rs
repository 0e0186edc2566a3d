//! What `decode` does, apart from its arguments: also used by the tests.
mod input;
mod message;
mod pcap;
mod print;
mod tree;

use std::io::{self, BufRead, Write};

use input::{Item, Lines};
use message::{Decoded, Decoder};
use nlroute::{
    messages::Noun,
    wire::{HEADER_LEN, Messages},
};
use tree::Tally;

/// What was asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Make every message anew and compare.
    pub check: bool,
    /// One JSON object a message.
    pub json: bool,
    /// Bodies of this noun, without their `nlmsghdr`.
    pub body: Option<&'static Noun>,
}

impl Options {
    /// The noun of a name, which may be iproute2's for several.
    pub fn noun(name: &str) -> Option<&'static Noun> {
        Noun::named(if name == "tc" { "qdisc" } else { name })
    }
}

/// Reads inputs one after the other, prints what is in them, and counts.
pub struct Run<'a> {
    options: Options,
    out: &'a mut dyn Write,
    /// Where troubles go, and remarks where `out` is to be JSON alone.
    remarks: &'a mut dyn Write,
    decoder: Decoder,
    messages: usize,
    tally: Tally,
    differing: usize,
    skipped: usize,
    unreadable: usize,
}

impl<'a> Run<'a> {
    pub fn new(options: Options, out: &'a mut dyn Write, remarks: &'a mut dyn Write) -> Self {
        Self {
            options,
            out,
            remarks,
            decoder: Decoder::default(),
            messages: 0,
            tally: Tally::default(),
            differing: 0,
            skipped: 0,
            unreadable: 0,
        }
    }

    /// Reads one input to its end.
    pub fn read(&mut self, input: &mut dyn BufRead) -> io::Result<()> {
        if pcap::is_capture(input.fill_buf()?) {
            let mut bytes = Vec::new();
            input.read_to_end(&mut bytes)?;
            return self.capture(&bytes);
        }
        let mut lines = Lines::default();
        let mut line = Vec::new();
        loop {
            line.clear();
            let items = if input.read_until(b'\n', &mut line)? == 0 {
                lines.end()
            } else {
                lines.line(&line)
            };
            for item in items {
                match item {
                    Item::Datagram { bytes, source } => self.datagram(&bytes, &source)?,
                    Item::Remark(remark) => self.remark(&remark)?,
                    Item::Trouble(trouble) => self.trouble(&trouble)?,
                }
            }
            if line.is_empty() {
                return Ok(());
            }
        }
    }

    fn capture(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (packets, trouble) = pcap::packets(bytes);
        for (n, packet) in packets.iter().enumerate() {
            let source = format!("packet {}", n + 1);
            match pcap::netlink(packet) {
                Ok((datagram, direction)) => {
                    self.datagram(datagram, &format!("{source}{direction}"))?;
                }
                Err(why) => {
                    self.skipped += 1;
                    self.remark(&format!("{source}: skipped, {why}"))?;
                }
            }
            if packet.cut() {
                let (has, had) = (packet.data.len(), packet.original);
                self.remark(&format!("{source}: cut to {has} of {had} bytes"))?;
            }
        }
        trouble.map_or(Ok(()), |trouble| self.trouble(&trouble))
    }

    /// The messages of a datagram, or a body if that was asked for.
    fn datagram(&mut self, bytes: &[u8], source: &str) -> io::Result<()> {
        if let Some(noun) = self.options.body {
            let decoded = self.decoder.body(noun, bytes);
            return self.tell(&decoded, source);
        }
        let mut at = 0;
        for message in Messages::new(bytes) {
            let rest = bytes.get(at..).unwrap_or(&[]);
            match message {
                Ok(message) => {
                    at += nlroute::wire::align(HEADER_LEN + message.body().len());
                    let decoded = self.decoder.message(&message);
                    self.tell(&decoded, source)?;
                }
                // Some senders send the whole of a buffer, of which the kernel takes the start.
                Err(_) if at > 0 && rest.iter().all(|byte| *byte == 0) => {
                    let zeros = rest.len();
                    self.remark(&format!("{source}: {zeros} zeros after the last message"))?;
                }
                Err(fault) => {
                    self.tally.malformed += 1;
                    let hex = print::hex(rest);
                    self.remark(&format!("{source}: MALFORMED at byte {at}, {fault}: {hex}"))?;
                }
            }
        }
        Ok(())
    }

    fn tell(&mut self, decoded: &Decoded, source: &str) -> io::Result<()> {
        self.messages += 1;
        self.tally.add(&decoded.tally);
        let differences = if self.options.check {
            decoded.differences()
        } else {
            Vec::new()
        };
        self.differing += usize::from(!differences.is_empty());
        let told = print::Told {
            number: self.messages,
            source,
            decoded,
            differences: &differences,
        };
        if self.options.json {
            writeln!(self.out, "{}", told.json())
        } else {
            told.text(self.out)
        }
    }

    fn remark(&mut self, remark: &str) -> io::Result<()> {
        let out = if self.options.json {
            &mut *self.remarks
        } else {
            &mut *self.out
        };
        writeln!(out, "-- {remark}")
    }

    /// Says that something could not be read, which the exit status then says too.
    pub fn trouble(&mut self, trouble: &str) -> io::Result<()> {
        self.unreadable += 1;
        writeln!(self.remarks, "decode: {trouble}")
    }

    /// Prints the counts, and says with which status to exit.
    pub fn finish(self) -> io::Result<u8> {
        let (tally, messages) = (&self.tally, self.messages);
        if self.options.json {
            let mut counts = serde_json::json!({
                "messages": messages,
                "attributes": tally.attributes,
                "unknown": tally.unknown,
                "malformed": tally.malformed,
                "skipped": self.skipped,
            });
            if self.options.check {
                counts["anew"] = tally.anew.into();
                counts["copied"] = tally.copied.into();
                counts["differing"] = self.differing.into();
            }
            writeln!(self.out, "{counts}")?;
        } else {
            if self.skipped > 0 {
                writeln!(self.out, "{} packets skipped", self.skipped)?;
            }
            if self.options.check {
                writeln!(
                    self.out,
                    "checked: {} values made anew, {} copied as bytes, {} messages differ",
                    tally.anew, tally.copied, self.differing,
                )?;
            }
            writeln!(
                self.out,
                "{messages} messages, {} attributes, {} unknown, {} malformed",
                tally.attributes, tally.unknown, tally.malformed,
            )?;
        }
        Ok(match (self.differing, self.unreadable) {
            (0, 0) => 0,
            (0, _) => 2,
            _ => 1,
        })
    }
}

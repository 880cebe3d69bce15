//! Seeded randomness: SplitMix64, so that the same world gives the same ids everywhere.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// A generator whose whole state is one number.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in `0.0..1.0`.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A link id: 22 characters of base64url that never begin with `-`.
    pub(crate) fn link_id(&mut self) -> String {
        loop {
            let mut bytes = [0u8; 16];
            bytes[..8].copy_from_slice(&self.next().to_be_bytes());
            bytes[8..].copy_from_slice(&self.next().to_be_bytes());
            let id = URL_SAFE_NO_PAD.encode(bytes);
            if !id.starts_with('-') {
                return id;
            }
        }
    }
}

/// The dashed form of a link id, or the id itself if it is not one of 16 bytes.
pub(crate) fn dashed(link_id: &str) -> String {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(link_id) else {
        return link_id.to_owned();
    };
    if bytes.len() != 16 {
        return link_id.to_owned();
    }
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// A stable number made from text, for ids that must not depend on the order of things.
pub(crate) fn stable_number(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

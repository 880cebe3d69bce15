//! Formats as a table: what the command line calls each, what its help says, and what writes it.

/// Declares the formats of a value. The first is the default.
macro_rules! formats {
    (
        $(#[$meta:meta])*
        pub enum $name:ident of $value:ty {
            $( $about:literal: $format:ident = $write:expr, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $( #[doc = $about] $format, )+
        }

        impl $name {
            /// Every format, the default first.
            pub const ALL: &'static [Self] = &[$(Self::$format),+];

            /// Its name on the command line.
            #[must_use]
            pub fn word(self) -> String {
                match self { $( Self::$format => stringify!($format).to_lowercase(), )+ }
            }

            /// What it is for.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self { $( Self::$format => $about, )+ }
            }

            /// Writes the value in this format.
            ///
            /// # Errors
            /// When the writer fails.
            pub fn write(
                self,
                out: &mut dyn std::io::Write,
                value: &$value,
                style: &$crate::report::style::Style,
            ) -> std::io::Result<()> {
                type Write = fn(
                    &mut dyn std::io::Write,
                    &$value,
                    &$crate::report::style::Style,
                ) -> std::io::Result<()>;
                let write: Write = match self { $( Self::$format => $write, )+ };
                write(out, value, style)
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::ALL[0]
            }
        }
    };
}
pub(super) use formats;

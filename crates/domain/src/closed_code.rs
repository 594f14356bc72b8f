//! The macro behind every closed vocabulary: an enum whose values have one lower-case code each, the
//! same in the database, the packs, the API and the audit. It owns the mechanics, not the words.

/// The text is not a code of the vocabulary it was read as.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{given}\" is not one of: {expected}")]
pub struct UnknownCode {
    /// What stood there.
    pub given: String,
    /// The codes that exist, joined by commas.
    pub expected: String,
}

/// Declares an enum with `ALL`, `code`, `parse`, `Display` and serde by code.
macro_rules! closed_code {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $code:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )+
        }

        impl $name {
            /// Every value, in its fixed order.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// The code that stands in the database, in packs and in the API.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $( Self::$variant => $code, )+
                }
            }

            /// The value of a code.
            ///
            /// # Errors
            /// [`UnknownCode`](crate::closed_code::UnknownCode) when no value has this code.
            pub fn parse(text: &str) -> Result<Self, crate::closed_code::UnknownCode> {
                match text {
                    $( $code => Ok(Self::$variant), )+
                    other => Err(crate::closed_code::UnknownCode {
                        given: other.to_owned(),
                        expected: [ $( $code, )+ ].join(", "),
                    }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::closed_code::UnknownCode;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).map_err(<D::Error as serde::de::Error>::custom)
            }
        }
    };
}

pub(crate) use closed_code;

//! A typed cell, so that every format can write a number as a number and a time as a time.

use chrono::NaiveDateTime;
use serde_json::{Number, Value};

use crate::export::dialect::{Dialect, iso_time};

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// Nothing.
    Empty,
    /// A text or a code.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A moment, UTC; written in the campaign's time zone.
    Time(NaiveDateTime),
}

impl Cell {
    pub(super) fn of_text(text: Option<&str>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.to_owned()))
    }

    pub(super) fn of_number(number: Option<f64>) -> Self {
        number.map_or(Self::Empty, Self::Number)
    }

    pub(super) fn of_whole(number: Option<i32>) -> Self {
        number.map_or(Self::Empty, |number| Self::Whole(i64::from(number)))
    }

    pub(super) fn of_time(at: Option<NaiveDateTime>) -> Self {
        at.map_or(Self::Empty, Self::Time)
    }

    /// As a CSV cell.
    pub(super) fn text(&self, dialect: Dialect, zone: &str) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Whole(number) => number.to_string(),
            Self::Number(number) => dialect.number(Some(*number)),
            Self::Flag(flag) => flag.to_string(),
            Self::Time(at) => iso_time(zone, *at),
        }
    }

    /// As a JSON value; a number that JSON cannot write is null.
    pub(super) fn json(&self, zone: &str) -> Value {
        match self {
            Self::Empty => Value::Null,
            Self::Text(text) => Value::String(text.clone()),
            Self::Whole(number) => Value::Number(Number::from(*number)),
            Self::Number(number) => Number::from_f64(*number).map_or(Value::Null, Value::Number),
            Self::Flag(flag) => Value::Bool(*flag),
            Self::Time(at) => Value::String(iso_time(zone, *at)),
        }
    }
}

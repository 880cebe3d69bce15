//! A simulated Confluent.

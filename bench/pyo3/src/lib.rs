//! The peer that the seed idea names: Rust, called with a Python list.

use pyo3::prelude::*;

/// Scores a series with memory: jumps count more, falls decay.
#[pyfunction]
fn score_series(v: Vec<f64>) -> Vec<f64> {
    let mut state = 0.0;
    v.into_iter()
        .map(|x| {
            state = if x > state { state * 0.9 + x } else { state * 0.5 };
            state
        })
        .collect()
}

#[pymodule]
fn pyo3_peer(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(score_series, module)?)
}

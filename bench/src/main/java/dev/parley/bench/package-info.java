/// Benchmarks, peers side by side, reports.
package dev.parley.bench;

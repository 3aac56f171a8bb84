/// Faulty kernel, process harness, contract suites; for tests only.
package dev.parley.testkit;

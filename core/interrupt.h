#pragma once

namespace rag {

// Set by the command line's signal handler; long loops ask at a safe point and stop cleanly.
void request_interrupt() noexcept;
bool interrupted() noexcept;

// Throws Error(Interrupted) where a stop was requested.
void throw_if_interrupted();
[[noreturn]] void throw_interrupted();

}  // namespace rag

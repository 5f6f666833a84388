#include "base/agree.hpp"

#include <new>
#include <string>
#include <system_error>

namespace tessera {

Error to_error(std::exception_ptr exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return Error::io("out of memory; expected enough for this part of the run: use more ranks or a smaller system");
  } catch (const std::system_error& error) {
    return Error::io(error.what());
  } catch (const std::exception& error) {
    return Error::internal(error.what());
  } catch (...) {
    return Error::internal("an exception of an unknown type");
  }
}

void agree(const Comm& comm, const Outcome& outcome) {
  const int lowest = comm.all_reduce(outcome.error ? comm.rank() : comm.size(), Op::min);
  if (lowest == comm.size()) return;
  ErrorKind kind = outcome.error ? outcome.error->kind() : ErrorKind::internal;
  std::string message = outcome.error ? outcome.error->what() : "";
  comm.broadcast(kind, lowest);
  comm.broadcast(message, lowest);
  throw Error(kind, message);
}

}  // namespace tessera

#include <filesystem>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>

#include "base/agree.hpp"
#include "catch.hpp"

using namespace tessera;

namespace {

template <class Work>
Error error_of(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  return Error::internal("nothing was thrown");
}

template <class Exception>
Error converted(const Exception& exception) {
  return to_error(std::make_exception_ptr(exception));
}

}  // namespace

TEST_CASE("success gives each rank its own result", "[base]") {
  const auto& comm = test::comm();
  REQUIRE_ALL(agree(comm, [&] { return std::to_string(comm.rank()); }) == std::to_string(comm.rank()));
  bool has_run = false;
  agree(comm, [&] { has_run = true; });
  REQUIRE_ALL(has_run);
}

TEST_CASE("any set of failing ranks makes all throw the error of the lowest", "[base]") {
  const auto& comm = test::comm();
  for (unsigned failing = 1; failing < 1U << comm.size(); ++failing) {
    int lowest = 0;
    while ((failing >> lowest & 1U) == 0) ++lowest;
    const Error error = error_of([&] {
      agree(comm, [&] {
        const int rank = comm.rank();
        if ((failing >> rank & 1U) != 0)
          throw Error(rank % 2 == 0 ? ErrorKind::io : ErrorKind::input, std::to_string(rank));
        return rank;
      });
    });
    REQUIRE_ALL(error.what() == std::to_string(lowest));
    REQUIRE_ALL(error.kind() == (lowest % 2 == 0 ? ErrorKind::io : ErrorKind::input));
  }
}

TEST_CASE("the work that succeeded elsewhere is released", "[base]") {
  const auto& comm = test::comm();
  auto shared = std::make_shared<int>(1);
  REQUIRE_THROWS_AS(agree(comm,
                          [&] {
                            if (comm.rank() == comm.size() - 1) throw std::runtime_error("late");
                            return shared;
                          }),
                    Error);
  REQUIRE_ALL(shared.use_count() == 1);
}

TEST_CASE("foreign exceptions become errors of a fitting kind", "[base]") {
  REQUIRE(converted(Error::numeric("nan")).kind() == ErrorKind::numeric);
  REQUIRE(converted(std::bad_alloc()).kind() == ErrorKind::io);
  REQUIRE(std::string(converted(std::bad_alloc()).what()).find("out of memory") == 0);
  const std::filesystem::filesystem_error full("write", "/full", std::make_error_code(std::errc::no_space_on_device));
  REQUIRE(converted(full).kind() == ErrorKind::io);
  REQUIRE(std::string(converted(full).what()).find("No space left on device") != std::string::npos);
  REQUIRE(converted(std::logic_error("odd")).kind() == ErrorKind::internal);
  REQUIRE(converted(std::logic_error("odd")).what() == std::string("odd"));
  REQUIRE(converted(42).kind() == ErrorKind::internal);
}

TEST_CASE("input errors end with status 2, all others with 1", "[base]") {
  REQUIRE(Error::input("").exit_status() == ExitStatus::bad_input);
  for (const auto kind : {ErrorKind::io, ErrorKind::numeric, ErrorKind::internal})
    REQUIRE(Error(kind, "").exit_status() == ExitStatus::failed);
}

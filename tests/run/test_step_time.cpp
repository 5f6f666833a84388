#include "run/step_time.hpp"

#include <string>

#include "base/agree.hpp"
#include "catch.hpp"
#include "data/io/file.hpp"

using namespace tessera;
using namespace tessera::run;

namespace {

const Network network{.latency = 1e-3, .bandwidth = 1e6, .overhead = 1e-4, .eager_limit = 1000.0};

sim::Exchange exchange(double messages, double bytes, bool is_acknowledged = false, double per_step = 1.0) {
  return {"some", per_step, messages, bytes, is_acknowledged};
}

}  // namespace

TEST_CASE("an exchange takes a latency, its messages' overhead and its bytes' time", "[run]") {
  CHECK(exchange_seconds(exchange(0, 0), network) == 0.0);
  CHECK(exchange_seconds(exchange(1, 500), network) == Approx(1e-3 + 1e-4 + 5e-4));
  CHECK(exchange_seconds(exchange(26, 26000), network) == Approx(1e-3 + 26e-4 + 26e-3));
  // One more latency to be acknowledged, two more to ask first.
  CHECK(exchange_seconds(exchange(1, 500, true), network) == Approx(2e-3 + 1e-4 + 5e-4));
  CHECK(exchange_seconds(exchange(1, 2000), network) == Approx(3e-3 + 1e-4 + 2e-3));
  CHECK(exchange_seconds(exchange(2, 4000, true), network) == Approx(4e-3 + 2e-4 + 4e-3));
  // Sent one time in ten.
  CHECK(exchange_seconds(exchange(0.1, 5), network) == Approx(1e-4 + 1e-5 + 5e-6));
}

TEST_CASE("a collective takes log2 of the ranks, rounded up", "[run]") {
  CHECK(collective_seconds(1, network) == 0.0);
  CHECK(collective_seconds(2, network) == Approx(1.1e-3));
  CHECK(collective_seconds(5, network) == Approx(3 * 1.1e-3));
  CHECK(collective_seconds(1024, network) == Approx(10 * 1.1e-3));
  CHECK(collective_seconds(100000, network) == Approx(17 * 1.1e-3));
}

TEST_CASE("a step's time and efficiency add up", "[run]") {
  sim::Communication communication;
  communication.exchanges = {exchange(2, 400), exchange(2, 100, true, 0.1)};
  communication.collectives = 1.5;
  const Rate rate{.items_per_second = 1e4, .items = 0.0};
  const StepTime time = predict_step_time(communication, 800, 4, rate, network);
  CHECK(time.arithmetic == Approx(200 / 1e4));
  CHECK(time.exchanges == Approx(1e-3 + 2e-4 + 4e-4));
  CHECK(time.list_builds == Approx(0.1 * (2e-3 + 2e-4 + 1e-4)));
  CHECK(time.collectives == Approx(1.5 * 2 * 1.1e-3));
  CHECK(time.total() == Approx(time.arithmetic + time.exchanges + time.list_builds + time.collectives));
  CHECK(predict_efficiency(communication, 800, 4, rate, network) == Approx(0.08 / (4 * time.total())));
}

TEST_CASE("work on copies is counted on both sides, relative to where the rate was measured", "[run]") {
  CHECK(sim::pair_work({10, 10, 10}, 0.0) == 1.0);
  CHECK(sim::pair_work({8, 8, 8}, 8.0) == Approx(2.0 - 0.625 * 0.625 * 0.625));
  CHECK(sim::pair_work({1, 1, 1}, 100.0) == 2.0);
  sim::Communication communication;
  communication.collectives = 0.0;
  communication.reach = 2.0;
  communication.work = sim::pair_work({5, 5, 5}, 2.0);
  // The rate of a rank that held as many in a cube of the same size holds here as it is.
  const StepTime same = predict_step_time(communication, 8 * 125, 8, {1e3, 125}, network);
  CHECK(same.arithmetic == Approx(0.125));
  // That of all of them on one rank: its surface is smaller.
  const StepTime all = predict_step_time(communication, 8 * 125, 8, {1e3, 0}, network);
  CHECK(all.arithmetic == Approx(0.125 * sim::pair_work({5, 5, 5}, 2.0) / sim::pair_work({10, 10, 10}, 2.0)));
}

TEST_CASE("a rate is a number, or that of a stage that ran on one rank", "[run]") {
  const auto& comm = test::comm();
  const std::string path = test::scratch_folder() + "/summary.json";
  const auto read = [&](const std::string& text) {
    agree(comm, [&] {
      if (comm.is_root()) data::write_text_atomically(path, text);
    });
    return read_rate(path, "melt", "particle");
  };
  CHECK(read_rate("1.5e7", "melt", "particle").items_per_second == 1.5e7);
  CHECK(read_rate("1.5e7", "melt", "particle").items == 0.0);
  const std::string stage = R"("stages": [{"name": "x"}, {"name": "melt", "particles": 500)";
  const Rate rate = read("{\"ranks\": 1, " + stage + ", \"particle_steps_per_second\": 2e6}]}");
  CHECK(rate.items_per_second == 2e6);
  CHECK(rate.items == 500);
  for (const char* wrong : {"0", "-1", "inf", "nan"})
    CHECK_THROWS_WITH(read_rate(wrong, "melt", "particle"), Contains("a number above 0"));
  CHECK_THROWS_WITH(read_rate(path + ".none", "melt", "particle"), Contains("cannot open"));
  CHECK_THROWS_WITH(read("{"), Contains("is not the summary.json"));
  CHECK_THROWS_WITH(read("{\"stages\": 3, \"ranks\": 1}"), Contains("is not the summary.json"));
  CHECK_THROWS_WITH(read("{\"ranks\": 2, " + stage + "}]}"), Contains("on 2 ranks; expected the rate of one"));
  CHECK_THROWS_WITH(read("{\"ranks\": 1, " + stage + "}]}"), Contains("no rate in particle-steps/s"));
  CHECK_THROWS_WITH(read("{\"ranks\": 1, \"stages\": [{\"name\": \"x\"}, 7]}"), Contains("no stage \"melt\""));
  CHECK_THROWS_WITH(read("{\"ranks\": 1, \"stages\": [{\"name\": 7}]}"), Contains("no stage \"melt\""));
}

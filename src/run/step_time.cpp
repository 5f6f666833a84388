#include "run/step_time.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "data/io/file.hpp"

namespace tessera::run {

using Json = nlohmann::json;

namespace {

constexpr std::int64_t max_summary_bytes = std::int64_t{1} << 26;

/// Of a cube that holds so many items.
double work_of_cube(double items, double reach) {
  const double edge = std::cbrt(items);
  return sim::pair_work({edge, edge, edge}, reach);
}

/// Items far from any border that one rank advances in a second.
double inner_rate(const sim::Communication& communication, double items, const Rate& rate) {
  return rate.items_per_second * work_of_cube(rate.items > 0.0 ? rate.items : items, communication.reach);
}

}  // namespace

double exchange_seconds(const sim::Exchange& exchange, const Network& network) {
  if (exchange.messages == 0.0) return 0.0;
  const bool asks_first = exchange.bytes / exchange.messages > network.eager_limit;
  const double latencies = 1.0 + (exchange.is_acknowledged ? 1.0 : 0.0) + (asks_first ? 2.0 : 0.0);
  // Where a message is rarely sent at all, so are its latencies.
  return std::min(1.0, exchange.messages) * latencies * network.latency + exchange.messages * network.overhead +
         exchange.bytes / network.bandwidth;
}

double collective_seconds(int ranks, const Network& network) {
  return ranks < 2 ? 0.0 : std::ceil(std::log2(ranks)) * (network.latency + network.overhead);
}

StepTime predict_step_time(const sim::Communication& communication, double items, int ranks, const Rate& rate,
                           const Network& network) {
  StepTime time;
  time.arithmetic = items / ranks * communication.work / inner_rate(communication, items, rate);
  for (const auto& exchange : communication.exchanges)
    (exchange.per_step < 1.0 ? time.list_builds : time.exchanges) +=
        exchange.per_step * exchange_seconds(exchange, network);
  time.collectives = communication.collectives * collective_seconds(ranks, network);
  return time;
}

double predict_efficiency(const sim::Communication& communication, double items, int ranks, const Rate& rate,
                          const Network& network) {
  const double alone = items * work_of_cube(items, communication.reach) / inner_rate(communication, items, rate);
  return alone / (ranks * predict_step_time(communication, items, ranks, rate, network).total());
}

Rate read_rate(const std::string& text, const std::string& stage, const std::string& item_name) {
  double value = 0.0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code == std::errc() && end == text.data() + text.size()) {
    if (!(value > 0.0 && std::isfinite(value)))
      throw Error::input(fmt::format("command line: --rate {}; expected a number above 0, or a summary.json", text));
    return {value, 0.0};
  }
  const auto json = Json::parse(data::read_text(text, max_summary_bytes), nullptr, false);
  const auto wrong = [&](const std::string& what) { return Error::input(fmt::format("{}: {}", text, what)); };
  if (!json.is_object() || !json.contains("stages") || !json["stages"].is_array() || !json.contains("ranks"))
    throw wrong("is not the summary.json of a run");
  if (json["ranks"] != 1)
    throw wrong(fmt::format("is of a run on {} ranks; expected the rate of one rank alone", json["ranks"].dump()));
  const auto number = [](const Json& entry, const std::string& name) {
    const auto found = entry.find(name);
    return found != entry.end() && found->is_number() ? found->get<double>() : 0.0;
  };
  for (const auto& entry : json["stages"]) {
    if (!entry.is_object() || !entry.contains("name") || entry["name"] != stage) continue;
    const Rate rate{number(entry, item_name + "_steps_per_second"), number(entry, item_name + "s")};
    if (rate.items_per_second > 0.0 && rate.items > 0.0) return rate;
    throw wrong(fmt::format("stage \"{}\" has no rate in {}-steps/s", stage, item_name));
  }
  throw wrong(fmt::format("has no stage \"{}\"", stage));
}

}  // namespace tessera::run

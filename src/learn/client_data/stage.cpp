#include "learn/client_data/stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/region.hpp"
#include "learn/client_data/client_report.hpp"
#include "learn/client_data/standardise.hpp"
#include "learn/client_data/synthetic.hpp"

namespace tessera::learn::client_data {

ClientDataStage::ClientDataStage(const sim::StageContext& context, ClientDataParams params)
    : context_(context), params_(std::move(params)), table_(context.comm) {}

/// Collective. Rows with their clients.
ClientRows ClientDataStage::make_rows() {
  const Comm& comm = context_.comm;
  ClientRows rows;
  if (params_.synthetic) {
    rows = draw_rows(comm, context_.seed, *params_.synthetic);
    auto truth = truth_report(*params_.synthetic, context_.seed);
    if (!truth.rows.empty()) reports_.push_back(std::move(truth));
  } else if (!params_.file.path.empty()) {
    rows = read_file_rows(comm, params_.file);
  } else {
    rows = read_transitions(comm, context_.earlier_folder(params_.stage) + "/table.h5", params_.transitions);
  }
  if (params_.pairs) rows = make_pairs(comm, context_.seed, *params_.pairs, rows);
  hold_out(comm, context_.seed, params_.held_out, rows);
  if (params_.sharding) share_out(comm, context_.seed, *params_.sharding, rows);
  return rows;
}

/// Collective.
void ClientDataStage::scale(ClientRows& rows) {
  std::vector<std::vector<double>> scaling;
  const auto add = [&](double column, const Scaling& one) { scaling.push_back({column, one.mean, one.deviation}); };
  if (params_.standardise) {
    double column = 0.0;
    for (const auto& one : standardise_features(context_.comm, rows)) add(column += 1.0, one);
  }
  if (params_.standardise_response) add(0.0, standardise_response(context_.comm, rows));
  if (scaling.empty()) return;
  reports_.push_back(
      {"standardised.csv", {{"feature", ""}, {"mean", ""}, {"standard_deviation", ""}}, std::move(scaling)});
}

void ClientDataStage::add_columns() {
  table_.add<std::int64_t>("client");
  if (num_held_out_ > 0) table_.add<std::int64_t>("held_out");
  table_.add<std::int64_t>("id");
  table_.add<double>("x", static_cast<int>(width_));
  if (has_response_ != 0) table_.add<double>("y");
}

/// Collective. Keys of the order are clients, and behind them that of rows held out.
void ClientDataStage::fill_table(const ClientRows& rows, const KeyOrder& order) {
  const std::size_t width = rows.width(), words = width + (rows.has_response ? 2 : 1);
  const auto numbers = send_in_order(context_.comm, order, words, [&](std::size_t row, double* out) {
    out[0] = static_cast<double>(rows.first_id + static_cast<std::int64_t>(row));
    std::copy_n(rows.x.data() + row * width, width, out + 1);
    if (rows.has_response) out[width + 1] = rows.y[row];
  });
  const std::size_t count = numbers.size() / words;
  table_.append(static_cast<std::int64_t>(count));
  std::vector<std::int64_t> clients(count), held_out(count, 0), ids(count);
  std::vector<double> x, y;
  std::int64_t key = 0;
  for (std::size_t row = 0; row < count; ++row) {
    const double* now = numbers.data() + row * words;
    const std::int64_t place = table_.first_row() + static_cast<std::int64_t>(row);
    if (order.begin[static_cast<std::size_t>(key) + 1] <= place)
      key = std::upper_bound(order.begin.begin(), order.begin.end(), place) - order.begin.begin() - 1;
    held_out[row] = key == num_clients_ ? 1 : 0;
    clients[row] = key == num_clients_ ? ClientRows::held_out : key;
    ids[row] = static_cast<std::int64_t>(now[0]);
    x.insert(x.end(), now + 1, now + 1 + width);
    if (rows.has_response) y.push_back(now[width + 1]);
  }
  data::set_rows(table_.get<std::int64_t>("client"), 0, clients);
  if (num_held_out_ > 0) data::set_rows(table_.get<std::int64_t>("held_out"), 0, held_out);
  data::set_rows(table_.get<std::int64_t>("id"), 0, ids);
  data::set_rows(table_.get<double>("x"), 0, x);
  if (rows.has_response) data::set_rows(table_.get<double>("y"), 0, y);
}

/// Collective.
void ClientDataStage::report_clients(const ClientRows& rows, const KeyOrder& order) {
  reports_.push_back(client_report(context_.comm, rows, order));
  results_ = client_results(reports_.back(), rows);
  if (num_held_out_ > 0) results_.push_back({"rows held out", static_cast<double>(num_held_out_), ""});
  log::info("  {} rows at {} clients, {} held out; {} features", num_rows_, num_clients_, num_held_out_, width_);
}

void ClientDataStage::start() {
  const Region region("client_data/make");
  ClientRows rows = make_rows();
  num_clients_ = rows.num_clients;
  width_ = static_cast<std::int64_t>(rows.width());
  has_response_ = rows.has_response ? 1 : 0;
  auto keys = rows.client;
  for (auto& key : keys)
    if (key == ClientRows::held_out) key = num_clients_;
  const KeyOrder order = order_by_key(context_.comm, keys, num_clients_ + 1);
  for (std::int64_t client = 0; client < num_clients_; ++client)
    if (order.count(client) == 0)
      throw Error::input(
          fmt::format("client {} of {} has no rows: expected fewer clients, more rows, or shares that are less unequal "
                      "(sharding.concentration), or another seed",
                      client, num_clients_));
  num_held_out_ = order.count(num_clients_);
  num_rows_ = order.total() - num_held_out_;
  scale(rows);
  report_clients(rows, order);
  add_columns();
  fill_table(rows, order);
}

std::vector<sim::SeriesColumn> ClientDataStage::series_columns() const {
  return {{"clients", ""}, {"rows", ""}, {"held_out_rows", ""}};
}

std::vector<double> ClientDataStage::series_values() {
  return {static_cast<double>(num_clients_), static_cast<double>(num_rows_), static_cast<double>(num_held_out_)};
}

void ClientDataStage::save(data::StateWriter& writer) {
  writer.put("counts", std::vector<std::int64_t>{num_clients_, num_rows_, num_held_out_, width_, has_response_});
  writer.put("num_reports", static_cast<std::int64_t>(reports_.size()));
  for (std::size_t n = 0; n < reports_.size(); ++n) save_report(writer, fmt::format("report{}", n), reports_[n]);
  writer.put("num_results", static_cast<std::int64_t>(results_.size()));
  for (std::size_t n = 0; n < results_.size(); ++n) {
    writer.put(fmt::format("label{}", n), results_[n].label);
    writer.put(fmt::format("result{}", n), results_[n].value);
  }
}

void ClientDataStage::restore(data::StateReader& reader) {
  std::vector<std::int64_t> counts;
  reader.get("counts", counts);
  if (counts.size() != 5) throw Error::input("a checkpoint of federated data with other counts");
  num_clients_ = counts[0], num_rows_ = counts[1], num_held_out_ = counts[2], width_ = counts[3];
  has_response_ = counts[4];
  add_columns();
  std::int64_t count = 0;
  reader.get("num_reports", count);
  for (std::int64_t n = 0; n < count; ++n) reports_.push_back(restored_report(reader, fmt::format("report{}", n)));
  reader.get("num_results", count);
  for (std::int64_t n = 0; n < count; ++n) {
    Result result;
    reader.get(fmt::format("label{}", n), result.label);
    reader.get(fmt::format("result{}", n), result.value);
    results_.push_back(std::move(result));
  }
}

}  // namespace tessera::learn::client_data

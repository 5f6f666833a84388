#include "diff/program_layout.hpp"

#include <algorithm>
#include <map>

namespace tessera::diff {

namespace {

bool goes_by_number(Operation op) {
  switch (op) {
    case Operation::fill:
    case Operation::combine:
    case Operation::scale_shift:
    case Operation::product:
    case Operation::function:
    case Operation::minimum:
    case Operation::below:
    case Operation::clip:
    case Operation::inside:
    case Operation::hold:
      return true;
    default:
      return false;
  }
}

bool is_set_before(Operation op) { return op == Operation::input || op == Operation::constants; }

bool is_matrix_product_op(Operation op) {
  return op == Operation::dense || op == Operation::dense_back || op == Operation::outer;
}

/// Places in one array, given back for others of the same size.
class Room {
 public:
  std::int64_t take(std::int64_t count) {
    auto& free = free_[rounded_size(count)];
    if (free.empty()) {
      const std::int64_t place = end_;
      end_ += rounded_size(count);
      return place;
    }
    const std::int64_t place = free.back();
    free.pop_back();
    return place;
  }
  void give_back(std::int64_t place, std::int64_t count) { free_[rounded_size(count)].push_back(place); }
  std::int64_t size() const { return end_; }

 private:
  std::map<std::int64_t, std::vector<std::int64_t>> free_;
  std::int64_t end_ = 0;
};

/// Products of matrices that a sum alone uses: they are computed with it, on top of what they are added to.
struct Additions {
  std::vector<std::int64_t> sum_of, product_of;  // of nodes: the sum that takes a product, the product in a sum; or -1
};

class LayoutMaker {
 public:
  LayoutMaker(const Graph& graph, const std::vector<Node>& outputs) : graph_(graph), entries_(graph.entries()) {
    const std::size_t size = entries_.size();
    additions_ = {std::vector<std::int64_t>(size, -1), std::vector<std::int64_t>(size, -1)};
    find_last_uses(outputs);
    find_additions(outputs);
    find_last_uses(outputs);
  }

  Layout make();

 private:
  std::int64_t end() const { return static_cast<std::int64_t>(entries_.size()); }
  std::int64_t size(std::size_t id) const {
    return entries_[id].width * (entries_[id].per_row ? graph_.block_rows() : 1);
  }
  void find_last_uses(const std::vector<Node>& outputs);
  void find_additions(const std::vector<Node>& outputs);
  void add_step(std::size_t id);
  void set_addend(std::size_t id, std::int64_t addend, Step& step) const;
  void add_orders(std::size_t id, Step& step);
  void give_back(std::size_t id, const Step& step);
  void find_runs();

  const Graph& graph_;
  const std::vector<Entry>& entries_;
  std::vector<std::int64_t> last_;
  Additions additions_;
  Room room_;
  Layout layout_;
};

/// What the outputs need, and until which entry each is read (outputs, inputs and constants: for ever).
void LayoutMaker::find_last_uses(const std::vector<Node>& outputs) {
  last_.assign(entries_.size(), -1);
  for (const Node node : outputs) last_[static_cast<std::size_t>(node.id())] = end();
  for (std::int64_t n = end() - 1; n >= 0; --n) {
    const auto id = static_cast<std::size_t>(n);
    if (last_[id] < 0) continue;
    const std::int64_t use = std::max(n, additions_.sum_of[id]);
    for (const auto arg : entries_[id].args)
      if (arg >= 0) last_[static_cast<std::size_t>(arg)] = std::max(last_[static_cast<std::size_t>(arg)], use);
  }
  for (std::size_t id = 0; id < entries_.size(); ++id)
    if (entries_[id].op == Operation::input || (last_[id] >= 0 && entries_[id].op == Operation::constants))
      last_[id] = end();
}

void LayoutMaker::find_additions(const std::vector<Node>& outputs) {
  std::vector<int> uses(entries_.size(), 0);
  for (const Node node : outputs) uses[static_cast<std::size_t>(node.id())] += 2;
  for (std::size_t id = 0; id < entries_.size(); ++id)
    for (const auto arg : entries_[id].args)
      if (last_[id] >= 0 && arg >= 0) ++uses[static_cast<std::size_t>(arg)];
  const auto can_wait = [&](std::int64_t arg) {
    const auto& entry = entries_[static_cast<std::size_t>(arg)];
    return is_matrix_product_op(entry.op) && entry.args[2] < 0 && uses[static_cast<std::size_t>(arg)] == 1;
  };
  for (std::size_t id = 0; id < entries_.size(); ++id) {
    const Entry& entry = entries_[id];
    if (last_[id] < 0 || entry.op != Operation::combine || entry.a != 1.0 || entry.b != 1.0) continue;
    const std::int64_t late = std::max(entry.args[0], entry.args[1]), early = std::min(entry.args[0], entry.args[1]);
    const std::int64_t product = can_wait(late) ? late : early, other = product == late ? early : late;
    if (!can_wait(product) || entries_[static_cast<std::size_t>(other)].op == Operation::parameter) continue;
    additions_.product_of[id] = product;
    additions_.sum_of[static_cast<std::size_t>(product)] = static_cast<std::int64_t>(id);
  }
}

Layout LayoutMaker::make() {
  layout_.places.resize(entries_.size());
  for (std::size_t id = 0; id < entries_.size(); ++id)  // first, so that nothing is ever where these lie
    if (last_[id] >= 0 && is_set_before(entries_[id].op)) layout_.places[id] = {false, room_.take(size(id))};
  for (std::size_t id = 0; id < entries_.size(); ++id)
    if (last_[id] >= 0 && !is_set_before(entries_[id].op) && additions_.sum_of[id] < 0) add_step(id);
  find_runs();
  layout_.work_size = room_.size();
  return layout_;
}

void LayoutMaker::add_step(std::size_t id) {
  auto& places = layout_.places;
  const Entry& own = entries_[id];
  if (own.op == Operation::parameter) {
    places[id] = {true, own.first};
    layout_.num_parameters = std::max(layout_.num_parameters, own.first + own.width);
    if (last_[id] < end()) return;
  }
  const std::int64_t product = additions_.product_of[id];
  Step step{.entry = product < 0 ? own : entries_[static_cast<std::size_t>(product)],
            .rows = own.per_row ? graph_.block_rows() : 1};
  for (std::size_t n = 0; n < step.entry.args.size(); ++n) {
    if (step.entry.args[n] < 0) continue;
    const auto arg = static_cast<std::size_t>(step.entry.args[n]);
    step.in[n] = places[arg].at;
    step.is_parameter[n] = places[arg].is_parameter;
    step.widths[n] = entries_[arg].width;
  }
  if (own.op == Operation::parameter) step.in[0] = own.first, step.is_parameter[0] = true;
  if (places[id].at >= 0 && own.op == Operation::function) {  // computed before, with the function itself
    give_back(id, step);
    return;
  }
  if (product >= 0) set_addend(id, own.args[own.args[0] == product ? 1 : 0], step);
  if (step.out < 0) step.out = room_.take(size(id));
  if (own.op != Operation::parameter) places[id] = {false, step.out};
  if (step.entry.op == Operation::outer) {
    const std::int64_t scratch = rounded_size(step.widths[1]) * graph_.block_rows();
    step.scratch = room_.take(scratch);
    room_.give_back(step.scratch, scratch);
  }
  if (own.op == Operation::function && own.order == 0) add_orders(id, step);
  layout_.steps.push_back(step);
  give_back(id, step);
  if (own.op == Operation::parameter) places[id] = {false, step.out};  // an output: its copy
}

/// The sum takes the place of what is added to, where nothing else needs that.
void LayoutMaker::set_addend(std::size_t id, std::int64_t addend, Step& step) const {
  const auto& args = step.entry.args;
  step.addend = layout_.places[static_cast<std::size_t>(addend)].at;
  const bool is_free = last_[static_cast<std::size_t>(addend)] == static_cast<std::int64_t>(id);
  if (is_free && std::find(args.begin(), args.end(), addend) == args.end()) step.out = step.addend;
}

/// Derivatives of a function that are needed too, up to the first that is not, are computed with it.
void LayoutMaker::add_orders(std::size_t id, Step& step) {
  Entry wanted = entries_[id];
  const auto is_next = [&](const Entry& entry) { return !(entry < wanted) && !(wanted < entry); };
  while (true) {
    ++wanted.order;
    const auto next = std::find_if(entries_.begin() + static_cast<std::ptrdiff_t>(id), entries_.end(), is_next);
    const auto derivative = static_cast<std::size_t>(next - entries_.begin());
    if (next == entries_.end() || last_[derivative] < 0) return;
    layout_.places[derivative] = {false, room_.take(size(derivative))};
    step.orders.at(static_cast<std::size_t>(++step.last_order)) = layout_.places[derivative].at;
  }
}

/// What is read for the last time.
void LayoutMaker::give_back(std::size_t id, const Step& step) {
  std::vector<std::int64_t> read(step.entry.args.begin(), step.entry.args.end());
  if (step.addend >= 0) read.insert(read.end(), entries_[id].args.begin(), entries_[id].args.end());
  std::sort(read.begin(), read.end());
  read.erase(std::unique(read.begin(), read.end()), read.end());
  for (const auto arg : read) {
    if (arg < 0 || last_[static_cast<std::size_t>(arg)] != static_cast<std::int64_t>(id)) continue;
    const auto& place = layout_.places[static_cast<std::size_t>(arg)];
    if (!place.is_parameter && place.at >= 0 && place.at != step.out)
      room_.give_back(place.at, size(static_cast<std::size_t>(arg)));
  }
}

void LayoutMaker::find_runs() {
  auto& steps = layout_.steps;
  for (std::size_t n = steps.size(); n-- > 0;) {
    auto& step = steps[n];
    if (!goes_by_number(step.entry.op)) continue;
    const bool goes_on = n + 1 < steps.size() && steps[n + 1].end > 0 && steps[n + 1].rows == step.rows &&
                         steps[n + 1].entry.width == step.entry.width;
    step.end = goes_on ? steps[n + 1].end : n + 1;
  }
}

}  // namespace

std::int64_t rounded_size(std::int64_t count) {
  constexpr std::int64_t alignment = 16;
  return (count + alignment - 1) / alignment * alignment;
}

bool Step::is_matrix_product() const { return is_matrix_product_op(entry.op); }

Layout lay_out(const Graph& graph, const std::vector<Node>& outputs) { return LayoutMaker(graph, outputs).make(); }

}  // namespace tessera::diff

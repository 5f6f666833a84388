#include "deck/formula_program.hpp"

#include <array>
#include <utility>

namespace tessera::deck {

namespace {

/// Points that go through an instruction together: the temporaries of usual formulas stay in the nearest cache.
constexpr std::size_t block_size = 256;

struct Operand {
  const double* values;
  bool is_uniform;
};

/// Uniform operands are read before the loop, which then has nothing that keeps the compiler from vectorising it.
template <Op op, bool a_uniform, bool b_uniform, bool c_uniform>
void apply_to_block(const double* __restrict a, const double* __restrict b, const double* __restrict c,
                    double* __restrict result, std::size_t count) {
  const double a0 = *a, b0 = *b, c0 = *c;
  for (std::size_t n = 0; n < count; ++n)
    result[n] = apply(op, a_uniform ? a0 : a[n], b_uniform ? b0 : b[n], c_uniform ? c0 : c[n]);
}

using Loop = void (*)(const double*, const double*, const double*, double*, std::size_t);
constexpr std::size_t num_forms = 8;

/// What an operation does not have counts as uniform, so that no two of its loops are the same.
template <std::size_t n>
constexpr Loop make_loop() {
  constexpr auto op = static_cast<Op>(n / num_forms);
  constexpr std::size_t form = n % num_forms;
  return apply_to_block < op, (form & 1U) != 0, (form & 2U) != 0 || num_operands(op) < 2,
         (form & 4U) != 0 || num_operands(op)<3>;
}

template <std::size_t... n>
constexpr std::array<Loop, sizeof...(n)> make_loops(std::index_sequence<n...>) {
  return {make_loop<n>()...};
}

constexpr auto loops = make_loops(std::make_index_sequence<num_ops * num_forms>());

/// The points from `first` on.
class Block {
 public:
  Block(const ProgramView& program, const Program::Column* inputs, double* const* outputs)
      : program_(program),
        inputs_(inputs),
        outputs_(outputs),
        first_constant_(program.num_inputs),
        first_output_(first_constant_ + program.num_constants),
        first_temporary_(first_output_ + program.num_outputs) {}

  void run(std::size_t first, std::size_t count) {
    for (int n = 0; n < program_.num_instructions; ++n) run(program_.instructions[n], first, count);
  }

 private:
  void run(const Instruction& now, std::size_t first, std::size_t count) {
    const int operands = num_operands(now.op);
    const Operand a = find(now.a, first), b = operands > 1 ? find(now.b, first) : a,
                  c = operands > 2 ? find(now.c, first) : a;
    const std::size_t form = (a.is_uniform ? 1U : 0U) | (b.is_uniform ? 2U : 0U) | (c.is_uniform ? 4U : 0U);
    const bool is_uniform = form == num_forms - 1;
    const Loop loop = loops[static_cast<std::size_t>(now.op) * num_forms + form];
    if (now.result < first_temporary_) {
      loop(a.values, b.values, c.values, outputs_[now.result - first_output_] + first, count);
    } else {
      const auto slot = static_cast<std::size_t>(now.result - first_temporary_);
      loop(a.values, b.values, c.values, temporaries_[slot].data(), is_uniform ? 1 : count);
      is_uniform_[slot] = is_uniform;
    }
  }

  Operand find(int number, std::size_t first) const {
    if (number >= first_temporary_) {
      const auto slot = static_cast<std::size_t>(number - first_temporary_);
      return {temporaries_[slot].data(), is_uniform_[slot]};
    }
    if (number < first_constant_) {
      const auto& input = inputs_[number];
      return {input.values + (input.is_uniform ? 0 : first), input.is_uniform};
    }
    if (number >= first_output_) return {outputs_[number - first_output_] + first, false};
    return {program_.constants + (number - first_constant_), true};
  }

  const ProgramView& program_;
  const Program::Column* inputs_;
  double* const* outputs_;
  int first_constant_, first_output_, first_temporary_;
  // Not initialised: each is written before it is read, and most are never touched.
  alignas(64) std::array<std::array<double, block_size>, ProgramView::max_temporaries> temporaries_;
  std::array<bool, ProgramView::max_temporaries> is_uniform_;
};

template <class T>
Array1<T> copy_to_device(const std::vector<T>& values, const char* label) {
  auto there = make_uninitialized<Array1<T>>(label, values.size());
  const Kokkos::View<const T*, Kokkos::HostSpace, Kokkos::MemoryUnmanaged> here(values.data(), values.size());
  Kokkos::deep_copy(there, here);
  return there;
}

}  // namespace

Program::Program(std::vector<Instruction> instructions, std::vector<double> constants, int num_inputs, int num_outputs)
    : instructions_(std::move(instructions)),
      constants_(std::move(constants)),
      num_inputs_(num_inputs),
      num_outputs_(num_outputs) {}

ProgramView Program::view() const {
  return {instructions_.data(),
          constants_.data(),
          static_cast<int>(instructions_.size()),
          num_inputs_,
          static_cast<int>(constants_.size()),
          num_outputs_};
}

void Program::evaluate(const Column* inputs, std::size_t count, double* const* outputs) const {
  const ProgramView program = view();
  Block block(program, inputs, outputs);
  for (std::size_t first = 0; first < count; first += block_size)
    block.run(first, count - first < block_size ? count - first : block_size);
}

DeviceProgram::DeviceProgram(const Program& program)
    : instructions_(copy_to_device(program.instructions(), "formula")),
      constants_(copy_to_device(program.constants(), "formula constants")),
      view_(program.view()) {
  view_.instructions = instructions_.data();
  view_.constants = constants_.data();
}

}  // namespace tessera::deck

// A compiled formula: operations in order, on numbered operands. The same arrays serve the host, one point at a time or
// many, and kernels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/kokkos.hpp"
#include "deck/formula_apply.hpp"

namespace tessera::deck {

/// Operands are numbered through: inputs, constants, outputs, temporaries. The result is none of a, b and c.
struct Instruction {
  Op op;
  std::uint16_t result, a, b, c;
};

/// For kernels, captured by value; the arrays belong to a Program or DeviceProgram, which must outlive it.
struct ProgramView {
  static constexpr int max_temporaries = 64;

  const Instruction* instructions;
  const double* constants;
  int num_instructions, num_inputs, num_constants, num_outputs;

  /// One point: num_inputs numbers give num_outputs others, which must not overlap them.
  KOKKOS_INLINE_FUNCTION void operator()(const double* inputs, double* outputs) const {
    double temporaries[max_temporaries];
    const int first_constant = num_inputs, first_output = first_constant + num_constants,
              first_temporary = first_output + num_outputs;
    const auto read = [&](int n) {
      return n >= first_temporary ? temporaries[n - first_temporary]
             : n < first_constant ? inputs[n]
             : n >= first_output  ? outputs[n - first_output]
                                  : constants[n - first_constant];
    };
    for (int n = 0; n < num_instructions; ++n) {
      const Instruction& now = instructions[n];
      const double a = read(now.a), b = now.op >= Op::add ? read(now.b) : 0.0,
                   c = now.op >= Op::select ? read(now.c) : 0.0;
      const double value = apply(now.op, a, b, c);
      if (now.result >= first_temporary)
        temporaries[now.result - first_temporary] = value;
      else
        outputs[now.result - first_output] = value;
    }
  }
};

class Program {
 public:
  Program(std::vector<Instruction> instructions, std::vector<double> constants, int num_inputs, int num_outputs);

  int num_inputs() const { return num_inputs_; }
  int num_outputs() const { return num_outputs_; }
  const std::vector<Instruction>& instructions() const { return instructions_; }
  const std::vector<double>& constants() const { return constants_; }

  /// Valid on the host, while the program lives and stays where it is.
  ProgramView view() const;
  void operator()(const double* inputs, double* outputs) const { view()(inputs, outputs); }

  /// An input over many points.
  struct Column {
    const double* values;
    bool is_uniform = false;  ///< one value for all points
  };
  /// Many points: inputs[num_inputs] to outputs[num_outputs], each of `count` numbers; outputs overlap nothing else.
  /// The same bits as one point at a time (but for the kind of NaN), several times as fast. Allocates nothing: threads
  /// may share a program.
  void evaluate(const Column* inputs, std::size_t count, double* const* outputs) const;

 private:
  std::vector<Instruction> instructions_;
  std::vector<double> constants_;
  int num_inputs_, num_outputs_;
};

/// A program where kernels run.
class DeviceProgram {
 public:
  explicit DeviceProgram(const Program& program);
  /// Valid in kernels, while this lives.
  ProgramView view() const { return view_; }

 private:
  Array1<Instruction> instructions_;
  Array1<double> constants_;
  ProgramView view_;
};

}  // namespace tessera::deck

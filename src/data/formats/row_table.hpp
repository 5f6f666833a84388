// Particles as rows on the host, the way files have them, and their distribution over ranks by id.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/comm.hpp"
#include "data/particles.hpp"

namespace tessera::data {

/// Rows of 8-byte words, reals and integers side by side. The first field is always the id.
class RowTable {
 public:
  enum class Kind { real, integer };
  struct Field {
    std::string name;
    int components;
    Kind kind;
    int first;  ///< its first word in a row
  };
  union Word {
    double real;
    std::int64_t integer;
  };

  RowTable() { add("id", 1, Kind::integer); }

  /// Before there are rows. Returns the field's first word.
  int add(std::string_view name, int components, Kind kind);
  const std::vector<Field>& fields() const { return fields_; }
  /// -1 if there is none.
  int first_word(std::string_view name) const;

  std::size_t width() const { return width_; }
  std::size_t num_rows() const { return words_.size() / width_; }
  /// A new row of zeros.
  Word* append();
  void clear();
  Word* row(std::size_t i) { return words_.data() + i * width_; }
  const Word* row(std::size_t i) const { return words_.data() + i * width_; }
  std::int64_t id(std::size_t i) const { return row(i)[0].integer; }

  /// By id, then by the integer field `then` if given.
  void sort(int then_word = -1);
  /// The row with this id in a sorted table, or nullptr.
  const Word* find(std::int64_t id) const;

  std::vector<Word>& words() { return words_; }
  const std::vector<Word>& words() const { return words_; }

 private:
  std::vector<Field> fields_;
  std::vector<Word> words_;
  std::size_t width_ = 0;
};

/// Blocks of ids, one a rank, rising with the rank and as equal in rows as ids allow.
class IdBlocks {
 public:
  /// Collective. For these ids, spread over the ranks anyhow.
  IdBlocks(const Comm& comm, std::vector<std::int64_t> ids);
  int owner(std::int64_t id) const;

 private:
  std::vector<std::int64_t> last_;  // last id of each rank's block but the last rank's
};

/// Collective. Every row to the rank that owns its id.
void send_to_blocks(const Comm& comm, const IdBlocks& blocks, RowTable& table);

/// Collective. Rows by rising id: rank r gets the r-th of equal shares.
void sort_by_id(const Comm& comm, RowTable& table);

/// Local. The named columns of the owned particles (those that exist).
RowTable rows_of(const Particles& particles, const std::vector<std::string>& columns);

/// Collective. Throws Error (numeric) naming a particle with a value that is not finite: no program could read it back.
void check_finite(const Comm& comm, const RowTable& table);

struct ValueRange {
  double low = std::numeric_limits<double>::max(), high = std::numeric_limits<double>::lowest();
  bool is_empty() const { return low > high; }
};
/// Collective. The range of a real word over all rows of each type.
std::vector<ValueRange> range_by_type(const Comm& comm, const RowTable& table, int type_word, int word,
                                      std::size_t num_types);

/// Local. Sets the owned particles: standard columns and, for other fields, columns of the same name, added where
/// needed (saved and output). Fields whose name begins with '_' are left out.
void set_particles(const RowTable& table, Particles& particles);

}  // namespace tessera::data

"""Mistakes in decks and files of environments and controllers: each has its status and a message that tells why."""
import concurrent.futures
import os
import re
import shutil

import h5py

from tessera_case import Case

case = Case()


def stage(name, keys, type="pde"):
    return f'[[stage]]\nname = "{name}"\ntype = "{type}"\n{keys}\n'


def rollout(name, environment, controller, keys=""):
    return stage(name, f"{keys}\n{environment}\ncontroller = [{controller}]\n", "rollout")


# Mistakes that the deck alone shows are reported all at once: what is wrong, a stage, where in it, and what is said.
IN_DECK = [
    ("odd number of points", stage("odd", 'id = "fisher"\npoints = [101]'), "points",
     "key 'points' in stage \"odd\": an odd number of points; expected even ones"),
    ("no point", stage("none", 'id = "fisher"\npoints = [0]'), "points",
     "key 'points' in stage \"none\": element 1: 0 is out of range; expected an integer from 1 to 2147483646"),
    ("more directions than there are", stage("four", 'id = "fisher"\npoints = [8, 8, 8, 8]'), "points",
     "key 'points' in stage \"four\": 4 numbers; expected one, two or three"),
    ("an equation in one direction", stage("plane", 'id = "korteweg_de_vries"\npoints = [8, 8]'), "points",
     "key 'points' in stage \"plane\": korteweg_de_vries is an equation in one dimension"),
    ("lengths of other directions", stage("lengths", 'id = "fisher"\npoints = [8, 8]\nlength = [1.0]'), "length",
     "key 'length' in stage \"lengths\": 1 lengths for 2 directions"),
    ("overlapping actuators", stage("many", 'id = "fisher"\nactuators = [20]'), "actuators",
     "key 'actuators' in stage \"many\": 20 actuators that are 0.1 of the length wide overlap; expected at most 0.05"),
    ("actuators that are too wide", stage("wide", 'id = "fisher"\nactuator_width = 0.3'), "actuator_width",
     "key 'actuator_width' in stage \"wide\": 8 actuators that are 0.3 of the length wide overlap"),
    ("more sensors than points", stage("sensors", 'id = "fisher"\nsensors = [300]'), "sensors",
     "key 'sensors' in stage \"sensors\": 300 sensors on 256 grid points"),
    ("unknown equation", stage("burger", 'id = "burger"'), "id",
     "key 'id' in stage \"burger\": unknown value 'burger' allowed: allen_cahn, .*wave. Did you mean 'burgers'"),
    ("unknown system", stage("he7", 'id = "he7"', "linear"), "id",
     "key 'id' in stage \"he7\": there is no linear system 'he7'; there are ac1, .*umv. Did you mean 'he1'"),
    ("no system", stage("nothing", "steps = 2", "linear"), "stage", "missing key 'id' in stage \"nothing\""),
    ("unknown key", stage("key", 'id = "fisher"\nlenght = [1.0]'), "lenght",
     "unknown key 'lenght' in stage \"key\" known keys: .*Did you mean 'length'"),
    ("unknown key of a table", stage("inner", 'id = "fisher"\nstart.amplitud = 1'), "start.amplitud",
     "unknown key 'amplitud' in \\[stage.start\\] of stage \"inner\" known keys: .*Did you mean 'amplitude'"),
    ("unknown key of a system", stage("linear_key", 'id = "he1"\nnoise_covs = 1', "linear"), "noise_covs",
     "unknown key 'noise_covs' in stage \"linear_key\" known keys: .*Did you mean 'noise_cov'"),
    ("negative variance", stage("negative", 'id = "he1"\nnoise_cov = -0.1', "linear"), "noise_cov",
     "key 'noise_cov' in stage \"negative\": -0.1 is out of range; expected a number >= 0"),
    ("negative variance of the start", stage("start", 'id = "he1"\nrandom_init_state_cov = -1', "linear"), "random",
     "key 'random_init_state_cov' in stage \"start\": -1 is out of range; expected a number >= 0"),
    ("no variance of a policy", stage("policy", 'covariance = -1\npde.id = "fisher"', "ppo"), "covariance",
     "key 'covariance' in stage \"policy\": -1 is out of range; expected a number > 0"),
    ("variance that is no number", stage("nan", 'id = "fisher"\nprocess_noise = nan'), "process_noise",
     "key 'process_noise' in stage \"nan\": nan is not finite; expected a number >= 0"),
    ("start of NaN", stage("start_nan", 'id = "he1"\ninit_state = [1.0, 2.0, nan, 0.0]', "linear"), "init_state",
     "key 'init_state' in stage \"start_nan\": element 3: nan is not finite; expected a number"),
    ("start of another size", stage("start_size", 'id = "he1"\ninit_state = [1.0, 2.0]', "linear"), "init_state",
     "key 'init_state' in stage \"start_size\": 2 numbers; 'he1' has 4 states"),
    ("formula with an error", stage("formula", 'id = "fisher"\nstart.formulas = ["sin(x"]'), "start.formulas",
     "key 'formulas' in \\[stage.start\\] of stage \"formula\": element 1: column 6 of the formula, at its end"),
    ("formula of an unknown name", stage("name", 'id = "fisher"\ntarget = "1 + q"'), "target",
     "key 'target' in stage \"name\": column 5 of the formula, at 'q': unknown name 'q'"),
    ("formulas of other fields", stage("fields", 'id = "wave"\nstart.formulas = ["x"]'), "start.formulas",
     "key 'formulas' in \\[stage.start\\] of stage \"fields\": 1 formulas for 2 fields"),
    ("substeps that do not fit", stage("substep", 'id = "fisher"\nsubstep = 0.003'), "substep",
     "key 'substep' in stage \"substep\": sample_time .0.05. is 16.6667 substeps of 0.003; expected a whole number"),
    ("samples of a model without", stage("discrete", 'id = "rea"\nsample_time = 0.5', "linear"), "sample_time",
     "key 'sample_time' in stage \"discrete\": 'rea' is a model in discrete time"),
    ("batches that do not fit", stage("batch", 'id = "fisher"\nepisodes = 10\nbatch = 3'), "batch",
     "key 'batch' in stage \"batch\": 10 episodes cannot be had in batches of 3; expected a divisor"),
    ("elements of a system without", stage("elements", 'id = "he1"\nelements = 100', "linear"), "elements",
     "key 'elements' in stage \"elements\": 'he1' has the size it has"),
    ("an absurd cable", stage("cable", 'id = "cm"\nelements = 100000001', "linear"), "elements",
     "key 'elements' in stage \"cable\": 100000001 is out of range; expected an integer from 1 to 100000000"),
    ("an absurd policy", stage("hidden", 'hidden = 1000000000\npde.id = "fisher"', "ppo"), "hidden",
     "key 'hidden' in stage \"hidden\": 1000000000 is out of range; expected an integer from 1 to 16384"),
    ("episodes that controllers cannot share",
     rollout("shared", 'pde.id = "fisher"', '{kind = "zero"}, {kind = "waves"}', "episodes = 3"), "episodes",
     "key 'episodes' in stage \"shared\": batches of 3 episodes for 2 controllers; expected a multiple"),
    ("no environment", rollout("empty", "", '{kind = "zero"}'), "stage",
     "key 'pde' in stage \"empty\": this stage has one environment, the deck gives 0; expected one of \\[stage.pde\\]"),
    ("two environments", rollout("two", 'pde.id = "fisher"\nlinear.id = "he1"', '{kind = "zero"}'), "linear",
     "key 'linear' in stage \"two\": this stage has one environment, the deck gives 2"),
    ("no controller", stage("alone", 'pde.id = "fisher"', "rollout"), "stage",
     "key 'controller' in stage \"alone\": expected at least one"),
    ("unknown controller", rollout("lqrr", 'pde.id = "wave"', '{kind = "lqrr"}'), "controller",
     "key 'kind' in .*controller.* number 1 of stage \"lqrr\": unknown value 'lqrr' .*Did you mean 'lqr'"),
    ("negative gamma", rollout("gamma", 'linear.id = "he1"', '{kind = "robust", robust.gamma = -1}'), "controller",
     "key 'gamma' in \\[stage.controller.robust\\] of stage \"gamma\": -1 is out of range; expected a number > 0"),
    ("policy from nowhere", rollout("from", 'pde.id = "fisher"', '{kind = "ppo"}'), "controller",
     "key 'kind' in .*controller.* number 1 of stage \"from\": a policy comes from a file .* or from an earlier stage"),
    ("policy of an unknown stage", rollout("data", 'pde.id = "fisher"', '{kind = "ppo", data = "train"}'), "controller",
     "key 'data' in stage \"data\": there is no stage \"train\" before this one"),
    ("no such policy", rollout("model", 'pde.id = "fisher"', '{kind = "ppo", model = "no.h5"}'), "controller",
     "key 'model' in .*controller.* number 1 of stage \"model\": there is no file 'no.h5' looked for"),
    ("no such actions", rollout("csv", 'pde.id = "fisher"', '{kind = "file", file.path = "no.csv"}'), "controller",
     "key 'path' in \\[stage.controller.file\\] of stage \"csv\": there is no file 'no.csv' looked for"),
    ("no such start", stage("fields_h5", 'id = "fisher"\nstart.file = "no.h5"'), "start.file",
     "key 'file' in \\[stage.start\\] of stage \"fields_h5\": there is no file 'no.h5' looked for"),
]


def check_deck():
    lines, places = [], []
    for _, text, key, _ in IN_DECK:
        block = text.splitlines()
        places.append(1 + len(lines) + next(n for n, line in enumerate(block) if line.lstrip("[").startswith(key)))
        lines += block
    ended = case.run(["run", case.write("mistakes.toml", "\n".join(lines) + "\n"), "--out", case.path("mistakes")])
    case.expect(ended, 2, "a deck of mistakes", "unknown key")
    said = re.sub(r"\s+", " ", ended.err)
    for (what, _, _, pattern), line in zip(IN_DECK, places):
        case.check(re.search(rf"mistakes\.toml:{line}:\d+: {pattern}", said), f"{what}: expected "
                   f"'{line}: {pattern}'", said)
    count = len(re.findall(r"mistakes\.toml:\d+:\d+: ", said))
    case.check(count == len(IN_DECK), f"{count} mistakes were reported; expected {len(IN_DECK)}", ended)


# A policy, actions and a state, each also broken in its own way.
source = case.path("source")
deck = case.write("source.toml", stage("train", "iterations = 1\nepisodes = 2\nepisode_length = 3\nhidden = 4\n"
                                       'minibatch = 2\nlinear.id = "he1"', "ppo") +
                  stage("flow", 'id = "fisher"\npoints = [32]\nsteps = 5\noutput.snapshots = 5\n'
                        'record.which = ["state", "action"]'))
case.expect(case.run(["run", deck, "--out", source]), 0, "a run to start from")
model, table, fields = (os.path.join(source, *name) for name in
                        (("train", "model.h5"), ("flow", "table.h5"), ("flow", "fields.h5")))


def cut(path, name):
    with open(path, "rb") as file:
        whole = file.read()
    return case.write(name, whole[:len(whole) // 2])


def changed_model(name, change):
    path = shutil.copy(model, case.path(name))
    with h5py.File(path, "r+") as file:
        change(file["arrays/actor.1.weight"])
    return path


def rows(name, count, cells):
    return case.write(name, "".join(",".join(cells(n)) + "\n" for n in range(count)))


def policy(path, environment='linear.id = "he1"'):
    return rollout("s", environment, f'{{kind = "ppo", model = "{path}"}}')


def actions(path, keys="", more=""):
    return rollout("s", f'pde = {{id = "fisher", points = [32], steps = 5{keys}}}',
                   f'{{kind = "file", file = {{path = "{path}"{more}}}}}')


def from_file(path, keys="points = [32]"):
    return stage("s", f'id = "fisher"\n{keys}\nstart.file = "{path}"')


def designed(environment, kind, more=""):
    return rollout("s", environment, f'{{kind = "{kind}"{more}}}')


with h5py.File(case.path("foreign.h5"), "w") as file:
    file["a/b"] = [1.0, 2.0]
text = case.write("text.h5", "not at all\n")
memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
side = 2 * int((1.5 * memory / 8) ** 0.5 / 2)
eight = ["0.1"] * 8

# Deck, status, message.
TABLE = {
    # Actions
    "too few actions": (actions(rows("short.csv", 4, lambda n: eight)), 2,
                        r'stage "s": controller "file": .*short\.csv: actions for 4 steps; .*\'fisher\' has 5'),
    "actions of another width": (actions(rows("narrow.csv", 5, lambda n: eight[1:])), 2,
                                 r"narrow\.csv:1: 7 number\(s\); 'fisher' takes 8 actions"),
    "a row of another width": (actions(rows("ragged.csv", 5, lambda n: eight + ["1"] * (n == 3))), 2,
                               r"ragged\.csv:4: 9 number\(s\); 'fisher' takes 8 actions"),
    "an action that is no number": (actions(rows("word.csv", 5, lambda n: eight[1:] + ["five"])), 2,
                                    r"word\.csv:1: 'five' is not a number; an action was expected"),
    "an action of NaN": (actions(rows("nan.csv", 5, lambda n: eight[1:] + ["nan"])), 2,
                         r"nan\.csv:1: 'nan' is not a finite number"),
    "no action": (actions(case.write("empty.csv", "")), 2, r"empty\.csv: actions for 0 steps"),
    "truncated actions": (actions(cut(table, "cut_table.h5")), 2, r"cut_table\.h5: cannot be opened as HDF5"),
    "no table": (actions("foreign.h5"), 2, r"foreign\.h5: this is no table that Tessera wrote"),
    "no such column": (actions(table, more=', column = "force"'), 2, r"table\.h5: has no column 'force'"),
    "a column of another width": (actions(table, ", actuators = [4]"), 2,
                                  r"column 'action': 8 number\(s\); 'fisher' takes 4 actions"),
    # Policies
    "truncated policy": (policy(cut(model, "cut_model.h5")), 2,
                         r'stage "s": controller "ppo": .*cut_model\.h5: cannot be opened as HDF5: truncated'),
    "damaged policy": (policy(changed_model("damaged.h5", lambda weights: weights.write_direct(0.0 * weights[()]))), 2,
                       r"damaged\.h5: /arrays: differ from what was written: the file is damaged"),
    "no policy": (policy("foreign.h5"), 2, r"foreign\.h5: this is no model that Tessera wrote"),
    "policy that is text": (policy(text), 2, r"text\.h5: .*HDF5"),
    "policy for another environment": (policy(model, 'pde.id = "fisher"'), 2,
                                       r"model\.h5: a policy of 1 .* 2 actions for 'fisher', .* 10 and 8"),
    "policy of a stage that trains none": (
        stage("flow", 'id = "fisher"\nsteps = 2') + rollout("s", 'pde.id = "fisher"', '{kind = "ppo", data = "flow"}'),
        2, r'stage "s": controller "ppo", trained by stage "flow": .*flow/model\.h5: cannot open'),
    # Starts and targets
    "start on another grid": (from_file(fields, "points = [64]"), 2,
                              r'stage "s": .*fields\.h5: .*/meshes/u: is of 32 cells; 64 were expected'),
    "truncated start": (from_file(cut(fields, "cut_fields.h5")), 2,
                        r"cut_fields\.h5: cannot be opened as HDF5: truncated"),
    "no snapshot": (from_file("foreign.h5"), 2, r"foreign\.h5: this is no openPMD file"),
    "start that is not finite": (stage("s", 'id = "wave"\npoints = [8]\nstart.formulas = ["x", "log(x - 0.5)"]'), 2,
                                 r'stage "s": start\.formulas: velocity is not a number at x = 0; expected finite'),
    "start that is infinite": (stage("s", 'id = "fisher"\nstart.formulas = ["1/(x - L/2)"]'), 2,
                               r'stage "s": start\.formulas: u is infinite at x = 5; expected finite numbers'),
    "target that is not finite": (stage("s", 'id = "fisher"\npoints = [8, 8]\ntarget = "sqrt(5 - y)"'), 2,
                                  r'stage "s": target: u is not a number at x = 0, y = 6\.25; expected finite numbers'),
    # Sizes
    # For one rank that has the grid, and for two of which each has half of it.
    "a grid beyond the memory": (stage("s", f'id = "fisher"\npoints = [{side}, {side}]'), 2,
                                 r'stage "s": 1 environment .* states needs .* GB here; expected at most'),
    "a batch beyond the memory": (stage("s", 'id = "fisher"\nepisodes = 1000000000000'), 2,
                                  r'stage "s": \d{12,13} environments .* need .* GB here; expected at most'),
    "trajectories beyond the memory": (stage("s", 'id = "fisher"\nsteps = 99999999999999\nrecord.every = 1'), 2,
                                       r'stage "s": trajectories .* need .* GB here; expected at most .*batch.*every'),
    "samples beyond all numbers": (stage("s", 'id = "he1"\nsample_time = 1e5', "linear"), 2,
                                   r"stage \"s\": 'he1' with sample_time = 100000: the exponential .* overflows"),
    # Regulators that do not exist are input errors: the deck names another system or gamma.
    "a wave with waves out of reach": (designed('pde.id = "wave"', "lqr"), 2,
                                       r'stage "s": controller "lqr": no regulator .* reach .*: 10, 20, 30, 40, 50\.'),
    "a mode that no input reaches": (designed('linear = {id = "rea", fidelity = "reference"}', "lqr"), 2,
                                     r"the regulator .* the unstable mode 1\.06253 is not stabilisable: no input"),
    "a mode that the cost does not see": (designed('linear.id = "ac1"', "lqr"), 2,
                                          r"the regulator .* the marginal mode 1 is not seen by the cost"),
    "modes that no disturbance excites": (designed('linear.id = "bdt2"', "lqg"), 2,
                                          r"the filter .* the marginal modes 1, 1 are not excited by any disturbance"),
    "inputs that cancel": (designed('linear.id = "umv"', "lqr"), 2, r'controller "lqr": R is singular'),
    "measurements without noise": (
        designed('pde = {id = "convection_diffusion_reaction", points = [48], sensor_noise = 0}', "lqg"), 2,
        r'controller "lqg": the noise of the measurements is singular'),
    "a gamma without saddle point": (designed('linear.id = "he1"', "robust", ", robust.gamma = 1e-4"), 2,
                                     r'controller "robust": there is no saddle point at gamma = 0\.0001, which is too'),
    "the least gamma": (designed('linear.id = "ac9"', "robust", ", robust.gamma = 100.0"), 2,
                        r"at gamma = 100, .* no stabilising solution: .* on the unit circle"),
    "a regulator of no linear equation": (designed('pde.id = "fisher"', "lqr"), 2,
                                          r'controller "lqr": lqr needs a linear environment .*\'fisher\''),
    "a regulator against no disturbance": (designed('pde.id = "wave"', "robust"), 2,
                                           r"h2 needs an environment with a disturbance .*'wave' has none"),
    "matrices of a long cable": (designed('linear = {id = "cm", elements = 5000}', "lqg"), 2,
                                 r"lqg by dense matrices .* 10000 states of 'cm', expected at most 2000"),
    # What only the simulation shows has status 1.
    "a step that is too long": (
        stage("s", 'id = "kuramoto_sivashinsky"\nsample_time = 0.1\nsubstep = 0.1\nstart.amplitude = 1e4'), 1,
        r"stage \"s\", step (\d): environment 'kuramoto_sivashinsky': the state is not finite any more in episode 0, "
        r"step \1 \(t = 0\.\1\).*overflow = \"end\""),
    "a state that runs away": (stage("s", 'id = "fisher"\nsteps = 300\nstart.amplitude_width = 0'), 1,
                               r"stage \"s\", step (1\d\d): environment 'fisher': the state is not finite any more in "
                               r"episode 0, step \1 "),
    "a reward that overflows": (stage("s", 'id = "he1"\nsteps = 20000', "linear"), 1,
                                r"stage \"s\", step (1\d{4}): environment 'he1': the reward has overflowed "
                                r"\(squares of states or actions beyond 1\.8e308\) in episode 0, step \1 \(t = 1\d{3}"),
}

# In the quick test, also on two ranks.
ON_TWO = ["an action of NaN", "a grid beyond the memory", "start that is not finite", "a step that is too long"]


def provoke(number, what, ranks):
    text, status, pattern = TABLE[what]
    path = case.write(f"{number}.toml", text)
    ended = case.run(["run", path, "--out", case.path(f"out{number}.np{ranks}")], ranks, limit=30.0)
    ended.err = re.sub(r"\n +", " ", ended.err)
    case.expect(ended, status, f"{what}, on {ranks} ranks", pattern)


with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
    work = [pool.submit(check_deck)]
    work += [pool.submit(provoke, number, what, ranks) for number, what in enumerate(TABLE)
             for ranks in ((1, 2) if case.is_long or what in ON_TWO else (1,))]
    for done in work:
        done.result()
case.finish()

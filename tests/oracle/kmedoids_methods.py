"""Every estimator and function of k-medoids in a matrix or in features, by name, as tests go through them."""

import inspect

import clustering

# Estimators and the functions behind them; both take precomputed distances by default.
PAIRS = {
    "FastPAM": "fastpam",
    "FasterPAM": "fasterpam",
    "PAM": "pam",
    "AlternatingKMedoids": "alternating",
    "CLARA": "clara",
    "CLARANS": "clarans",
    "FastCLARANS": "fastclarans",
    "OneBatchPAM": "onebatchpam",
    "LargeKMedoids": "large_kmedoids",
    "FastMSC": "fastmsc",
    "FasterMSC": "fastermsc",
    "DynMSC": "dynmsc",
    "PAMMEDSIL": "pammedsil",
    "PAMSIL": "pamsil",
}
SILHOUETTES = ("FastMSC", "FasterMSC", "DynMSC", "PAMMEDSIL", "PAMSIL")
ESTIMATORS = list(PAIRS)
EVERYTHING = [*PAIRS, *PAIRS.values()]


def parameters_of(name):
    return inspect.signature(getattr(clustering, name)).parameters


def run(name, X, k, sample_weight=None, **parameters):
    """Return medoids, labels and loss that an estimator or function finds."""
    method = getattr(clustering, name)
    if name in PAIRS:
        model = method(k, **parameters).fit(X, sample_weight=sample_weight)
        return model.medoid_indices_, model.labels_, model.inertia_
    result = method(X, k, sample_weight=sample_weight, **parameters)
    return result.medoid_indices, result.labels, result.inertia

"""What holds for every input, on matrices that hypothesis invents."""

from functools import partial
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import kmedoids as oracle

from clustering import alternating, clara, fastclarans, fasterpam, fastpam, pam

relaxed = settings(deadline=None, max_examples=60)  # the first example may compile a kernel


@st.composite
def distances(draw):
    """A symmetric matrix in one of the dtypes: integers with many ties, or distances of points with few."""
    n = draw(st.integers(2, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    if draw(st.booleans()):
        D = np.triu(rng.integers(0, draw(st.integers(1, 40)), (n, n)), 1)
        D = D + D.T
        return D.astype(draw(st.sampled_from([np.int64, np.float32, np.float64])))
    points = rng.normal(size=(n, 2)) * 10.0 ** draw(st.integers(-6, 6))
    D = np.sqrt(((points[:, None] - points) ** 2).sum(axis=2))
    return np.maximum(D, D.T).astype(draw(st.sampled_from([np.float32, np.float64])))


@st.composite
def problems(draw):
    D = draw(distances())
    k = draw(st.integers(1, len(D)))
    init = np.random.default_rng(draw(st.integers(0, 2**32))).choice(len(D), k, replace=False)
    return D, k, init


@relaxed
@given(problems(), st.booleans())
def test_every_pass_lowers_the_loss_and_the_last_one_finds_nothing(problem, gain_table):
    D, k, init = problem
    result = fastpam(D, k, init=init, gain_table=gain_table)
    losses = [
        fastpam(D, k, init=init, gain_table=gain_table, max_iter=max_iter).inertia
        for max_iter in range(result.n_swap + 1)
    ]
    assert all(after < before for before, after in pairwise(losses))
    assert losses[-1] == result.inertia
    medoids = result.medoid_indices.tolist()
    tolerance = 2e-12 * result.inertia  # a swap must gain 1e-12 of the loss, and sums are rounded
    for slot in range(k):
        for j in set(range(len(D))) - set(medoids):
            swapped = [*medoids[:slot], j, *medoids[slot + 1 :]]
            assert oracle.loss(D, swapped) >= result.inertia - tolerance


@relaxed
@given(problems(), st.sampled_from(["build", "lab", "random", "given"]))
def test_result_is_consistent(problem, init):
    D, k, given_medoids = problem
    before = D.copy()
    result = fastpam(D, k, init=given_medoids if init == "given" else init, random_state=0)
    medoids = result.medoid_indices
    assert len(set(medoids.tolist())) == k
    assert result.labels.tolist() == oracle.labels(D, medoids).tolist()
    of_own_medoid = D[medoids[result.labels], np.arange(len(D))]
    assert (of_own_medoid == D[medoids].min(axis=0)).all()
    assert np.isclose(float(result.inertia), float(oracle.total(of_own_medoid)), rtol=1e-13, atol=0)
    assert result.converged
    assert result.n_iter == result.n_swap + 1
    assert (before == D).all()


def renumber(D, seed):
    """Shuffle the samples; also return the new number of each old one."""
    order = np.random.default_rng(seed).permutation(len(D))
    return np.ascontiguousarray(D[np.ix_(order, order)]), np.argsort(order)


@relaxed
@given(problems(), st.integers(0, 2**32))
def test_the_best_swap_is_as_good_however_samples_are_numbered(problem, seed):
    # Of equally good swaps the numbering decides, so only the first pass can be compared on any input.
    D, k, init = problem
    renumbered, place = renumber(D, seed)
    one = fastpam(D, k, init=init, max_iter=1)
    two = fastpam(renumbered, k, init=place[init], max_iter=1)
    assert np.isclose(float(one.inertia), float(two.inertia), rtol=3e-12, atol=0)


@relaxed
@given(st.integers(0, 2**32), st.sampled_from([np.float32, np.float64]))
def test_renumbering_samples_without_ties_renumbers_the_result(seed, dtype):
    # Few large clusters: in one of two samples, either is as good a medoid, a tie in any metric.
    points = np.random.default_rng(seed).normal(size=(60, 2))
    D = np.sqrt(((points[:, None] - points) ** 2).sum(axis=2))
    D = np.maximum(D, D.T).astype(dtype)
    renumbered, place = renumber(D, seed)
    one, two = fastpam(D, 3), fastpam(renumbered, 3)
    assert place[one.medoid_indices].tolist() == two.medoid_indices.tolist()
    assert one.labels.tolist() == two.labels[place].tolist()
    assert one.n_swap == two.n_swap


@relaxed
@given(problems(), st.integers(1, 6))
def test_scaling_by_a_power_of_two_changes_the_loss_alone(problem, power):
    D, k, init = problem
    scale = D.dtype.type(2**power)
    one, two = fastpam(D, k, init=init), fastpam(D * scale, k, init=init)
    assert one.medoid_indices.tolist() == two.medoid_indices.tolist()
    assert one.inertia * scale == two.inertia


every_function = st.sampled_from(
    [
        pam,
        partial(fastpam, variant="fastpam2"),
        fasterpam,
        partial(fasterpam, order="random", random_state=1),
        alternating,
    ]
)


@relaxed
@given(problems(), every_function, st.integers(0, 2**32))
def test_with_weights_and_fixed_medoids_no_search_raises_the_loss(problem, function, seed):
    D, k, init = problem
    rng = np.random.default_rng(seed)
    weights = rng.integers(1, 4, len(D))
    n_fixed = int(rng.integers(0, k + 1))
    result = function(D, k, init=init[n_fixed:], fixed_medoids=init[:n_fixed], sample_weight=weights)
    medoids = result.medoid_indices
    assert len(set(medoids.tolist())) == k
    assert medoids[:n_fixed].tolist() == init[:n_fixed].tolist()
    assert result.labels.tolist() == oracle.labels(D, medoids).tolist()
    own = D[medoids[result.labels], np.arange(len(D))]
    assert np.isclose(float(result.inertia), float(oracle.total(weights * own)), rtol=1e-13, atol=0)
    before = oracle.total(weights * D[init].min(axis=0))
    assert float(result.inertia) <= float(before) * (1 + 1e-13)


@relaxed
@given(problems())
def test_fasterpam_ends_where_fastpam_finds_nothing(problem):
    D, k, init = problem
    result = fasterpam(D, k, init=init)
    polished = fastpam(D, k, init=result.medoid_indices)
    # A swap must gain 1e-12 of the loss on either side, and sums are rounded.
    assert polished.inertia >= result.inertia * (1 - 1e-11)


@relaxed
@given(problems(), st.sampled_from([clara, fastclarans]), st.integers(0, 2**32))
def test_what_is_drawn_is_consistent(problem, function, seed):
    D, k, _ = problem
    result = function(D, k, random_state=seed)
    medoids = result.medoid_indices
    assert len(set(medoids.tolist())) == k
    assert result.labels.tolist() == oracle.labels(D, medoids).tolist()
    own = D[medoids[result.labels], np.arange(len(D))]
    assert np.isclose(float(result.inertia), float(oracle.total(own)), rtol=1e-12, atol=0)

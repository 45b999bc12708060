"""Where each of the exact limits T1-T50 (literature, section 7) is tested, or why it is not.

Kinds: ``model``, held by the model's own rules or runs; ``helper``, held by a helper of the model
or of the test alone, for the model goes another way; ``other law``, of a law the model does not
have. Numbers with a letter stand beside their number in the list.
"""

from dataclasses import dataclass

MONEY = "tests/model/test_limits_money.py"
MARKET = "tests/model/test_limits_market.py"
CHANCE = "tests/model/test_limits_chance.py"
HIDING = "tests/model/test_limits_hiding.py"
PLANNER = "tests/model/test_limits_planner.py"
NEWS = "tests/model/test_news.py"
EXIT = "tests/model/test_limits_exit.py"
HYGIENE = "tests/model/test_limits_hygiene.py"
SENSITIVITY = "tests/explore/test_sensitivity.py"
ZERO = "tests/laws/test_strength_zero.py"


@dataclass(frozen=True)
class Limit:
    """A limit, how it is held, and the tests that hold it or the reason why none does."""

    number: str
    statement: str
    kind: str
    tests: tuple[str, ...] = ()
    reason: str = ""


def model(number: str, statement: str, *tests: str) -> Limit:
    """Held by the model's own rules."""
    return Limit(number, statement, "model", tests)


def helper(number: str, statement: str, reason: str, *tests: str) -> Limit:
    """Held by a helper."""
    return Limit(number, statement, "helper", tests, reason)


def other_law(number: str, statement: str, reason: str, *tests: str) -> Limit:
    """Of a law that is not the model's."""
    return Limit(number, statement, "other law", tests, reason)


LIMITS = (
    model(
        "T1",
        "savings burn by b a month; first shortfall at floor(S0 / b) + 1",
        f"{MONEY}::test_t1_savings_burn_evenly_and_the_quota_is_missed_when_they_are_gone",
        f"{MONEY}::test_t1_printed_values",
        f"{MONEY}::test_t1_what_is_short_becomes_arrears_and_nothing_else",
    ),
    other_law(
        "T2",
        "months until savings that earn interest are spent",
        "no money in the model earns interest",
        f"{MONEY}::test_t2_savings_earn_no_interest",
    ),
    model(
        "T3",
        "months that savings pay for a growing quota",
        f"{MONEY}::test_t3_a_quota_that_grows_every_month_is_paid_for_as_long_as_the_sum_allows",
    ),
    model(
        "T4",
        "slope of savings under full autonomy; break-even margin",
        f"{MONEY}::test_t4_savings_move_by_margin_and_salary_less_living_and_quota",
        f"{MONEY}::test_t4_savings_are_drawn_on_below_the_break_even_margin_only",
        f"{MONEY}::test_t4_only_the_part_of_the_margin_he_may_keep_counts",
    ),
    model(
        "T5",
        "Wald: E[T] = (S0 + E overshoot) / |mu|",
        f"{MONEY}::test_t5_wald_months_until_the_quota_is_missed",
    ),
    other_law(
        "T6",
        "ruin of a walk of steps of one",
        "flows of money are of many sizes, and nobody is ruined: arrears take the place",
    ),
    other_law(
        "T7",
        "chance that n normal margins meet the quota",
        "a post has one bundle of orders a month, and its margin is log-normal",
    ),
    other_law(
        "T8",
        "mean and variance of a Poisson number of margins",
        "a post has one bundle of orders a month, of log-normal size, not a number of them",
    ),
    model(
        "T9",
        "all transfers sum to zero",
        f"{MONEY}::test_t9_no_dollar_appears_in_a_world_without_trade",
    ),
    model(
        "T10",
        "all money times k changes no decision",
        f"{MONEY}::test_t10_settings_in_dollars_are_those_whose_name_says_so",
        f"{MONEY}::test_t10_all_money_times_a_power_of_two_changes_no_bit_but_the_amounts",
        f"{MONEY}::test_t10_all_money_times_anything_changes_no_decision",
    ),
    helper(
        "T11",
        "expected lowest of n",
        "prices in the model are log-normal; other laws by the rank it draws",
        f"{MARKET}::test_t11_lowest_of_two_log_normal_prices",
        f"{CHANCE}::test_t11_lowest_of_n",
    ),
    helper(
        "T12",
        "expected lowest of n normals",
        "a table the rules read",
        f"{MARKET}::test_t12_lowest_of_n_normals_as_printed",
        f"{MARKET}::test_t12_lowest_of_n_normals_as_integrated_by_scipy",
        f"{MARKET}::test_t12_two_and_three_have_closed_forms",
    ),
    helper(
        "T13",
        "gap between the lowest of n_l and of n_o uniform prices",
        "prices in the model are log-normal; uniform ones by the rank it draws",
        f"{CHANCE}::test_t13_who_looks_at_more_of_the_same_sellers_pays_less",
    ),
    model(
        "T14",
        "price and quality of the lowest listed price",
        f"{MARKET}::test_t14_the_lowest_listing_is_cheap_and_of_the_quality_that_goes_with_it",
        f"{MARKET}::test_t14_printed_values",
        f"{MARKET}::test_t14_one_listing_is_any_seller",
    ),
    model(
        "T15",
        "price and quality of the best index; loss of the price rule",
        f"{MARKET}::test_t15_the_best_index_fixes_price_and_quality",
        f"{MARKET}::test_t15_with_nothing_to_choose_by_any_seller_is_taken",
        f"{MARKET}::test_t15_one_quote_is_any_seller",
        f"{MARKET}::test_t15_looking_at_price_alone_loses_by_quality",
    ),
    model(
        "T15b",
        "break-even value of quality",
        f"{MARKET}::test_t15b_where_the_directive_breaks_even_with_three_local_quotes",
        f"{MARKET}::test_t15b_price_and_quality_gaps_at_the_break_even",
    ),
    other_law(
        "T16",
        "reservation price of a sequential search",
        "traders decide beforehand how many suppliers to meet",
    ),
    other_law(
        "T17",
        "Stigler's number of quotes for uniform prices",
        "prices are log-normal: meetings are chosen by exact expectations of that law",
    ),
    model(
        "T17b",
        "fill rate",
        f"{MARKET}::test_t17b_directed_orders_are_filled_as_often_as_the_seller_honours_the_price",
    ),
    model(
        "T17c",
        "Nash bargain",
        f"{MARKET}::test_t17c_bargain_splits_the_room_between_quote_and_cost",
        f"{MARKET}::test_t17c_without_skill_the_part_that_rests_on_it_is_lost",
    ),
    model(
        "T17d",
        "no tolerance, no hidden margin, whatever the surveillance",
        f"{MARKET}::test_t17d_where_every_price_is_known_no_margin_is_left_whatever_the_surveillance",
        f"{HIDING}::test_t17d_where_every_price_is_looked_up_nothing_is_hidden_whatever_the_surveillance",
        f"{HIDING}::test_t17d_in_a_looked_up_price_at_most_the_tolerance_is_hidden",
        f"{HIDING}::test_t17d_unwatched_he_hides_up_to_the_ceiling_and_at_the_ceiling_nothing",
    ),
    model(
        "T18",
        "Becker and Stigler: the rent that keeps honest",
        f"{HIDING}::test_t18_printed_value",
        f"{HIDING}::test_t18_the_rent_that_keeps_a_trader_honest",
    ),
    model(
        "T19",
        "how much is hidden where it is confiscated; nothing from a surveillance on",
        f"{HIDING}::test_t19_printed_value",
        f"{HIDING}::test_t19_nothing_is_hidden_from_a_surveillance_on",
        f"{HIDING}::test_t19_what_was_hidden_is_found_out_in_proportion_and_lost",
    ),
    model(
        "T20",
        "the same where a post is lost: golden goose, N7's hump",
        f"{HIDING}::test_t20_printed_value",
        f"{HIDING}::test_t20_closed_form_within_its_corners",
        f"{HIDING}::test_t20_nothing_else_would_leave_him_more",
        f"{HIDING}::test_t20_through_the_rule",
        f"{HIDING}::test_t20_golden_goose_the_more_a_post_is_worth_the_less_is_hidden",
        f"{HIDING}::test_t20_at_either_end_the_worth_of_his_post_does_not_matter",
        f"{HIDING}::test_t20_pay_matters_at_middling_surveillance_only",
    ),
    model(
        "T21",
        "unwatched, all there is room for; without confiscation all or nothing",
        f"{HIDING}::test_t21_unwatched_he_hides_all_there_is_room_for",
        f"{HIDING}::test_t21_it_is_confiscation_that_makes_hiding_a_matter_of_degree",
    ),
    model(
        "T22",
        "effort under a ratchet: r / (r + lambda)",
        f"{PLANNER}::test_t22_printed_value",
        f"{PLANNER}::test_t22_effort_is_the_worth_of_one_more_dollar_and_of_all_it_does_to_later_quotas",
        f"{PLANNER}::test_t22_it_is_the_best_he_can_do_at_quadratic_cost",
        f"{PLANNER}::test_t22_without_a_ratchet_or_without_a_tomorrow_nothing_is_held_back",
    ),
    model(
        "T23",
        "quota closes the gap to output geometrically (here from below only)",
        f"{PLANNER}::test_t23_from_below_the_quota_closes_the_gap_geometrically",
        f"{PLANNER}::test_t23_from_above_the_quota_stays_for_the_ratchet_turns_one_way",
    ),
    helper(
        "T24",
        "a taut add-on keeps the quota delta / lambda above output",
        "the model's ratchet has no add-on and no way down",
        f"{PLANNER}::test_t24_a_taut_add_on_keeps_a_two_sided_quota_above_output_for_good",
        f"{PLANNER}::test_t24_in_the_model_an_add_on_would_pile_up",
    ),
    model(
        "T25",
        "a full one-sided ratchet over-fulfils with chance 1 / t",
        f"{PLANNER}::test_t25_a_full_ratchet_is_a_record_and_records_come_at_one_over_t",
    ),
    other_law(
        "T26",
        "bunching at a bonus for fulfilment",
        "nothing is paid for fulfilling the quota, so nothing bunches there",
    ),
    model(
        "T27",
        "error factor 1 - kappa theta of surveillance that brings traders back",
        f"{PLANNER}::test_t27_where_watching_brings_traders_back_the_error_shrinks_by_a_factor",
        f"{PLANNER}::test_t27_stable_below_two_and_not_above",
        f"{PLANNER}::test_t27_with_no_gain_it_never_moves",
    ),
    model(
        "T28",
        "factor 1 + kappa theta where fear keeps them away: it runs away",
        f"{PLANNER}::test_t28_where_fear_keeps_traders_away_control_feeds_on_itself",
    ),
    model(
        "T29",
        "the price rule is kept unless enough of quality is seen",
        f"{PLANNER}::test_t29_the_price_rule_is_kept_until_enough_quality_is_seen",
        f"{PLANNER}::test_t29_who_sees_no_quality_always_prefers_the_lower_price",
        f"{PLANNER}::test_t29_a_blind_planner_takes_all_authority_back_in_the_whole_model",
    ),
    model(
        "T30",
        "belief is the mean of a Beta",
        f"{EXIT}::test_t30_belief_is_the_mean_of_a_beta_after_cases_seen",
        f"{EXIT}::test_t30_with_forgetting_a_case_counts_less_every_month_until_the_prior_is_left",
        f"{NEWS}::test_t30_every_case_heard_of_is_a_count",
        f"{NEWS}::test_t30_a_case_counts_by_the_tie_it_comes_along",
    ),
    model(
        "T31",
        "mean, variance and half-life of a fading average (evenly many cases, no prior)",
        f"{NEWS}::test_t31_printed_mean_and_half_life",
        f"{NEWS}::test_t31_printed_variance",
    ),
    other_law(
        "T32",
        "mean of an average that takes bad news faster than good",
        "bad and good news count and fade alike; only silence is read one way",
    ),
    model(
        "T33",
        "silence taken for punishment: p + (1 - p) m",
        f"{NEWS}::test_t33_silence_is_taken_for_punishment_by_some",
        f"{NEWS}::test_t33_printed_value_however_much_is_heard",
    ),
    other_law(
        "T34",
        "consensus of averaged beliefs",
        "cases travel along one tie, once; nobody averages the beliefs of others",
    ),
    model(
        "T35",
        "logit choice",
        f"{EXIT}::test_t35_chances_are_exponentials_of_value_over_noise",
        f"{EXIT}::test_t35_without_noise_the_best_way_is_taken",
        f"{EXIT}::test_t35_with_endless_noise_every_way_is_as_likely",
        f"{EXIT}::test_t35_odds_of_two_ways_do_not_depend_on_a_third",
    ),
    model(
        "T36",
        "chance and loss of punishment count by their product",
        f"{EXIT}::test_t36_chance_and_loss_of_punishment_count_by_their_product",
    ),
    model(
        "T37",
        "a sentence counts by its discounted months",
        f"{EXIT}::test_t37_a_longer_sentence_deters_less_than_its_length",
        f"{EXIT}::test_t37_a_sentence_costs_the_sum_of_its_discounted_months",
    ),
    model(
        "T38",
        "two opposed pulls: fear abroad, thin savings home",
        f"{EXIT}::test_t38_fear_keeps_traders_from_going_home",
        f"{EXIT}::test_t38_as_savings_run_out_traders_go_home",
    ),
    model(
        "T39",
        "constant exit shares",
        f"{EXIT}::test_t39_constant_exit_shares_give_geometric_survival_and_constant_cause_shares",
    ),
    other_law(
        "T40",
        "several equilibria where peers weigh",
        "what others choose has no weight in the choice; it counts by news of reviews alone",
    ),
    model(
        "T41",
        "seen within k months: 1 - (1 - sigma)^k",
        f"{EXIT}::test_t41_one_contact_a_month_is_seen_within_k_months_as_it_should",
        f"{EXIT}::test_t41_contacts_seen_are_on_average_their_share",
    ),
    model(
        "T42",
        "monthly chance of a yearly rate",
        f"{EXIT}::test_t42_call_ups_come_at_the_monthly_chance_of_their_yearly_rate",
    ),
    model(
        "T43",
        "with an endless hostage cost only those without family defect",
        f"{EXIT}::test_t43_with_a_family_at_home_worth_everything_only_others_defect",
    ),
    model(
        "T44",
        "no punishment, no fear",
        f"{EXIT}::test_t44_without_a_loss_belief_and_record_do_not_touch_the_choice",
        f"{EXIT}::test_t44_without_a_loss_nobody_meets_fewer_suppliers_for_fear",
        f"{EXIT}::test_t44_without_a_loss_lives_do_not_depend_on_belief_where_nobody_is_reviewed",
    ),
    other_law(
        "T45",
        "elasticity of sequential search to surveillance",
        "meetings are a whole number fixed beforehand: they fall with surveillance, stepwise",
        "tests/test_scenarios_run.py::test_meetings_fall_with_surveillance",
    ),
    model(
        "T46",
        "same scenario and seed, same bytes; order of agents does not matter",
        f"{HYGIENE}::test_t46_the_same_scenario_and_seed_give_the_same_bytes",
        f"{HYGIENE}::test_t46_renumbering_posts_with_their_luck_changes_no_life_by_a_bit",
        f"{HYGIENE}::test_t46_who_is_served_first_does_not_matter_where_companies_help",
    ),
    model(
        "T47",
        "a mechanism of strength zero changes nothing",
        f"{ZERO}::test_t47_strength_zero_means_gone_whatever_the_luck",
        f"{ZERO}::test_t47_with_its_strength_back_its_lines_do_matter",
    ),
    model(
        "T48",
        "twice as many posts, half the variance; paired error falls as R^-1/2",
        f"{HYGIENE}::test_t48_twice_as_many_posts_leave_means_and_halve_their_variance",
        f"{HYGIENE}::test_t48_the_error_of_a_paired_difference_falls_as_the_root_of_replicates",
    ),
    helper(
        "T49",
        "Sobol shares of T1",
        "of the formula in full; the model lives in whole months, which moves shares a little",
        f"{SENSITIVITY}::test_t49",
        f"{SENSITIVITY}::test_t49_through_the_model",
    ),
    model(
        "T50",
        "plain Python and compiled code agree (here to the last bit)",
        f"{ZERO}::test_t50_with_all_at_work_both_carriers_agree",
    ),
)

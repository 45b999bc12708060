/* Three hot pieces of the month, search, cash and choice, by hand in C: a yardstick for the
 * compiled rules, built and timed by yardstick.py and never shipped. The structures (Trader,
 * Planner, ...) are generated from the declared classes; the formulas are those of
 * sim/model/trading.py, cash.py and choosing.py, written anew. */
#include <math.h>
#include <stdint.h>
#include "structures.h"

static inline double least(double a, double b) { return b < a ? b : a; }
static inline double most(double a, double b) { return b > a ? b : a; }

/* Standard normal quantile, Wichura (1988), AS 241. */
static inline double poly(const double *c, double r) {
    double sum = c[7];
    for (int k = 6; k >= 0; k--) sum = sum * r + c[k];
    return sum;
}
static const double A[] = {3.3871328727963666080e0, 1.3314166789178437745e2,
    1.9715909503065514427e3, 1.3731693765509461125e4, 4.5921953931549871457e4,
    6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3};
static const double B[] = {1.0, 4.2313330701600911252e1, 6.8718700749205790830e2,
    5.3941960214247511077e3, 2.1213794301586595867e4, 3.9307895800092710610e4,
    2.8729085735721942674e4, 5.2264952788528545610e3};
static const double C[] = {1.42343711074968357734e0, 4.63033784615654529590e0,
    5.76949722146069140550e0, 3.64784832476320460504e0, 1.27045825245236838258e0,
    2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4};
static const double D[] = {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0,
    6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665616164571966e-2,
    5.47593808499534494600e-4, 1.05075007164441684324e-9};
static const double E[] = {6.65790464350110377720e0, 5.46378491116411436990e0,
    1.78482653991729133580e0, 2.96560571828504891230e-1, 2.65321895265761230930e-2,
    1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7};
static const double F[] = {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
    1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
    1.42151175831644588870e-7, 2.04426310338993978564e-15};

static inline double normal(double uniform) {
    double q = uniform - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * poly(A, r) / poly(B, r);
    }
    double r = sqrt(-log(q > 0.0 ? 1.0 - uniform : uniform));
    double far = r <= 5.0 ? poly(C, r - 1.6) / poly(D, r - 1.6) : poly(E, r - 5.0) / poly(F, r - 5.0);
    return q < 0.0 ? -far : far;
}

void search(Trader *traders, const Luck *lucks, const Good *goods, const Surroundings *s,
            int64_t posts, int64_t rounds) {
    for (int64_t round = 0; round < rounds; round++)
        for (int64_t post = 0; post < posts; post++) {
            Trader *t = traders + post;
            const Luck *luck = lucks + post;
            const Good *good = goods + t->good;
            double won = t->bargaining * (1.0 - s->skill_weight * (1.0 - t->experience))
                         * s->bargaining_room;
            double rank;
            t->found = 0;
            if (t->meetings > 0) {
                rank = -expm1(log(luck->quote) / (double)t->meetings) / s->seller_able_chance;
                if (rank >= 1.0) continue;
            } else {
                if (t->orders <= 0.0 || luck->seller < s->seller_failure_chance) continue;
                rank = luck->quote;
                won = 0.0;
            }
            t->found = 1;
            double deviation = normal(rank);
            double apart = good->quality_apart * normal(luck->quote_quality);
            t->own_quality = good->quality_on_index * deviation + apart;
            t->own_price = exp(good->price_on_index * deviation + s->value_of_quality * apart)
                           * (1.0 - won);
        }
}

static inline double income(const Trader *t) {
    return t->salary_paid + t->commission_paid
           + (t->margin_kept + t->hidden_margin + t->bonus_paid) + t->own_account_profit;
}

void cash(Trader *traders, const Luck *lucks, Company *companies, Planner *planner,
          Outside *outside, const Levers *l, const Surroundings *s, const Today *today,
          int64_t posts, int64_t rounds) {
    for (int64_t round = 0; round < rounds; round++)
        for (int64_t post = 0; post < posts; post++) {
            Trader *t = traders + post;
            Company *company = companies + t->company;
            planner->treasury -= s->salary_usd;
            t->savings += s->salary_usd;
            t->salary_paid += s->salary_usd;
            double living = least(s->living_cost_usd, t->savings);
            t->savings -= living;
            outside->balance += living;
            t->living_paid += living;

            t->quota_due = l->quota_usd * t->quota_factor * company->quota_factor;
            double due = t->quota_due;
            double left = most(0.0, income(t) - t->living_paid);
            double part = least(least(due, left), t->savings);
            t->savings -= part;
            planner->treasury += part;
            t->quota_from_income += part;
            due -= part;
            if (lucks[post].company < s->company_cover_chance) {
                part = least(due, t->backing);
                company->capital -= part;
                planner->treasury += part;
                t->quota_from_company += part;
                due -= part;
            }
            part = least(due, t->savings);
            t->savings -= part;
            planner->treasury += part;
            t->quota_from_savings += part;
            t->quota_unpaid = due - part;
            t->arrears += t->quota_unpaid;

            double levies = l->levy_usd * (double)today->levies_due + l->extra_levy_usd;
            part = least(levies, t->savings);
            t->savings -= part;
            planner->treasury += part;
            t->levy_paid += part;
            t->arrears += levies - part;

            part = least(t->arrears, t->savings);
            t->arrears -= part;
            t->savings -= part;
            planner->treasury += part;
            t->arrears_paid += part;

            if (t->quota_unpaid > 0.0 && t->missed == 0) t->missed = today->month + 1;
            if (t->savings <= 0.0 && t->spent == 0) t->spent = today->month + 1;
            double asked = t->quota_due - t->quota_from_company + levies;
            double flow = income(t) - s->living_cost_usd - asked;
            t->net_flow += s->flow_weight * (flow - t->net_flow);
        }
}

static inline double worth(double savings, const Surroundings *s) {
    return s->savings_value_share * s->savings_scale_usd * log1p(savings / s->savings_scale_usd);
}

static inline double ahead(double savings, double burn, double horizon) {
    return burn <= 0.0 ? horizon : most(1.0, least(horizon, savings / burn));
}

static inline double posted(const Trader *t, double months, double flow, double held,
                            const Planner *p, const Surroundings *s) {
    double kept = pow(s->discount_factor, months), postponed = 1.0 - kept;
    double lived = postponed / (1.0 - s->discount_factor);
    double value = (s->value_posted_usd - s->value_home_usd) * lived;
    value += worth(most(0.0, t->savings + flow * months), s) - held;
    value += postponed * t->belief * p->punishment_loss;
    return value - (1.0 - postponed) * t->belief * p->loss_to_come;
}

static inline double hidden(const Trader *t, double months, double home, double held,
                            const Planner *p, const Surroundings *s) {
    double lived = (1.0 - pow(s->discount_factor, months)) / (1.0 - s->discount_factor);
    double free = s->discount_factor * (1.0 - s->caught_chance), still = pow(free, months);
    double then = most(0.0, t->savings - s->overstay_burn_usd * months);
    double later = least(1.0, t->belief + s->overstay_punish_chance);
    double risk = s->caught_chance * (1.0 - still) / (1.0 - free) + still * later;
    double value = (s->value_illegal_usd - s->value_home_usd) * lived;
    value += worth(then, s) - held;
    return value + p->punishment_loss * (home - risk) - p->loss_to_come * risk;
}

void choice(Trader *traders, const Luck *lucks, const Planner *p, const Surroundings *s,
            int64_t posts, int64_t rounds) {
    for (int64_t round = 0; round < rounds; round++)
        for (int64_t post = 0; post < posts; post++) {
            Trader *t = traders + post;
            double flow = t->net_flow + t->flow_to_come, held = worth(t->savings, s);
            double stay = posted(t, 1.0, flow, held, p, s);
            double runway = ahead(t->savings, -flow, s->horizon_months);
            for (double months = s->horizon_months; months > 1.0; months *= 0.5)
                if (months <= runway) stay = most(stay, posted(t, months, flow, held, p, s));
            double lacks = -flow - t->savings;
            if (lacks > 0.0) {
                stay -= s->savings_value_share * lacks;
                double worse = s->punish_per_arrears_month * (1.0 - t->belief);
                stay -= t->belief * p->punishment_loss
                        * (s->call_up_per_arrears_month + worse * p->base_call_rate);
            }
            double over = hidden(t, 1.0, t->belief, held, p, s);
            runway = ahead(t->savings, s->overstay_burn_usd, s->horizon_months);
            for (double months = s->horizon_months; months > 1.0; months *= 0.5)
                if (months <= runway) over = most(over, hidden(t, months, t->belief, held, p, s));
            lacks = s->overstay_burn_usd - t->savings;
            if (lacks > 0.0) over -= s->savings_value_share * lacks;
            double defect = s->exile_value_usd - s->exile_cost_usd
                            - s->hostage_cost_usd * (double)t->has_family
                            + t->belief * p->punishment_loss - held;
            t->value_stay = stay;
            t->value_overstay = over;
            t->value_defect = defect;

            double best = most(most(0.0, stay), most(over, defect)), noise = s->choice_noise_usd;
            double to_stay = exp((stay - best) / noise), to_go = exp(-best / noise);
            double to_over = exp((over - best) / noise), to_defect = exp((defect - best) / noise);
            double mark = lucks[post].choice * (to_stay + to_go + to_over + to_defect);
            t->choice = mark < to_stay ? 1 : mark < to_stay + to_go ? 2
                        : mark < to_stay + to_go + to_over ? 3 : 4;
        }
}

/* The floor: the mathematical functions a trader-month calls, and nothing else. */
double floor_of_calls(int64_t rounds, const int64_t *calls) {
    double sum = 0.0;
    for (int64_t round = 0; round < rounds; round++) {
        double x = 0.25 + 0.5 * (double)(round & 1023) / 1024.0;
        for (int64_t k = 0; k < calls[0]; k++) sum += exp(x += 1e-4);
        for (int64_t k = 0; k < calls[1]; k++) sum += log(x += 1e-4);
        for (int64_t k = 0; k < calls[2]; k++) sum += expm1(x += 1e-4);
        for (int64_t k = 0; k < calls[3]; k++) sum += log1p(x += 1e-4);
        for (int64_t k = 0; k < calls[4]; k++) sum += pow(x += 1e-4, 12.0);
    }
    return sum;
}
